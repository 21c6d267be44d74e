"""At most one alert a silence: overlapping runs, crashes and failures in between."""

from __future__ import annotations

import pytest

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.presence.watch import CLAIM_MS
from tests.unit.functions.factories import NOW_MS, deadline
from tests.unit.functions.fakes import FakeSNS, client_error
from tests.unit.functions.presence.factories import LONG_AGO, Instead, put, status, watch


def test_overlapping_runs_raise_one_alert(devices):
    put()
    sns = FakeSNS()

    class Overlapped(FakeSNS):
        def publish_batch(self, **request):
            watch(sns).run(deadline())
            return super().publish_batch(**request)

    first = Overlapped()
    watch(first).run(deadline())

    assert (len(first.messages), sns.messages) == (1, [])


def test_runs_that_saw_the_same_page_raise_one_alert(devices):
    put()
    sns = FakeSNS()

    def overtaken(query, **request):
        page = query(**request)
        watch(sns).run(deadline())
        return page

    watch(sns, client=Instead(devices, query=overtaken)).run(deadline())

    assert len(sns.messages) == 1


def test_after_a_crash_the_alert_follows_when_the_claim_expires(devices):
    put()
    sns = FakeSNS(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        watch(_crashing(sns)).run(deadline())
    assert status() == "SILENT"

    watch(sns, now_ms=lambda: NOW_MS + CLAIM_MS).run(deadline())
    assert sns.messages == []
    for _ in range(2):
        watch(sns, now_ms=lambda: NOW_MS + CLAIM_MS + 1).run(deadline())

    assert sns.alert_ids == [f"press-1#offline#{LONG_AGO}#opened"]
    assert status() == "OFFLINE"


def _crashing(sns):
    class Crashing:
        def publish_batch(self, **_request):
            raise sns.script.pop(0)

    return Crashing()


def test_two_runs_that_take_over_raise_one_alert(devices):
    put(status="SILENT")
    sns = FakeSNS()

    def overtaken(query, **request):
        page = query(**request)
        watch(sns).run(deadline())
        return page

    watch(sns, client=Instead(devices, query=overtaken)).run(deadline())

    assert len(sns.messages) == 1


def test_an_alert_that_is_repeated_is_the_same_message(devices):
    put()
    sns = FakeSNS()

    def crash(update, **request):
        if request["ExpressionAttributeValues"][":status"] == {"S": "OFFLINE"}:
            raise client_error("InternalServerError", 500)
        return update(**request)

    with pytest.raises(TemporaryFailureError):
        watch(sns, client=Instead(devices, update_item=crash)).run(deadline())
    watch(sns, now_ms=lambda: NOW_MS + CLAIM_MS + 1).run(deadline())

    assert len(sns.bodies) == 2
    assert len(set(sns.bodies)) == 1


def test_a_failed_alert_is_raised_and_stays_due(devices):
    put()

    with pytest.raises(TemporaryFailureError, match="1 alerts"):
        watch(FakeSNS(*[{0}] * 10)).run(deadline())
    assert status() == "SILENT"


def test_what_was_claimed_before_the_table_failed_is_announced(devices):
    put("press-1")
    put("press-2", heard_ms=LONG_AGO + 1)
    sns = FakeSNS()

    def fail(update, **request):
        if request["Key"]["device_id"]["S"] == "press-2":
            raise client_error("ThrottlingException")
        return update(**request)

    with pytest.raises(TemporaryFailureError):
        watch(sns, client=Instead(devices, update_item=fail)).run(deadline())

    assert len(sns.messages) == 1
    assert (status("press-1"), status("press-2")) == ("OFFLINE", "NORMAL")
