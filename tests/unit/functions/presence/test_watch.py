"""Which devices are announced as silent, and how often."""

from __future__ import annotations

import pytest

from lambda_src.common.aws.deadline import Deadline
from tests.unit.functions.factories import NOW_MS, deadline
from tests.unit.functions.fakes import FakeSNS
from tests.unit.functions.presence.factories import LONG_AGO, Instead, put, status, watch


def test_a_silent_device_becomes_offline_and_raises_one_alert(devices):
    put()
    sns = FakeSNS()

    watched = [watch(sns).run(deadline()) for _ in range(3)]

    assert status() == "OFFLINE"
    assert sns.messages == [
        {
            "alert_id": f"press-1#offline#{LONG_AGO}#opened",
            "device_id": "press-1",
            "sensor_type": "offline",
            "state": "opened",
            "value": 300.0,
            "timestamp_ms": LONG_AGO + 300_000,
            "severity": "critical",
            "reason": "no message for more than 300 s; usually one arrives every 1 s",
            "production_line": "line-1",
            "episode_start_ms": LONG_AGO,
            "environment": "test",
        }
    ]
    assert [(w.offline, w.finished) for w in watched] == [(1, True), (0, True), (0, True)]


@pytest.mark.parametrize(
    ("state", "silent"),
    [
        ({"heard_ms": NOW_MS - 300_000}, False),
        ({"heard_ms": NOW_MS - 300_001}, True),
        ({"status": "ANOMALY"}, True),
        ({"rhythm_ms": 120_000}, False),
        ({"rhythm_ms": 120_000, "heard_ms": NOW_MS - 600_001}, True),
        ({"rhythm_ms": ..., "heard_ms": NOW_MS - 3_600_000}, False),
        ({"rhythm_ms": ..., "heard_ms": NOW_MS - 3_600_001, "production_line": ..., "updated_ms": ...}, True),
        ({"rhythm_ms": 0, "heard_ms": NOW_MS - 3_600_001}, True),
        ({"heard_ms": 0}, False),
        ({"heard_ms": NOW_MS + 60_000}, False),
        ({"status": "OFFLINE"}, False),
        ({"status": "SILENT", "heard_ms": NOW_MS - 200_000, "updated_ms": NOW_MS - 200_000}, False),
        ({"status": "SILENT", "heard_ms": NOW_MS - 300_001, "updated_ms": NOW_MS - 300_001}, True),
    ],
    ids=str,
)
def test_a_device_is_silent_after_its_intervals_and_the_minimum(devices, state, silent):
    put(**state)
    before = status()

    watched = watch(FakeSNS()).run(deadline())

    assert (watched.offline, status()) == ((1, "OFFLINE") if silent else (0, before))


def test_a_device_that_sent_after_the_index_read_is_skipped(devices):
    put()

    def speak_first(update, **request):
        put(heard_ms=NOW_MS, status="ANOMALY")
        return update(**request)

    sns = FakeSNS()
    watched = watch(sns, client=Instead(devices, update_item=speak_first)).run(deadline())

    assert (status(), watched.offline, sns.messages) == ("ANOMALY", 0, [])


def test_a_device_that_sends_during_its_alert_keeps_its_status(devices):
    put()

    class Speaking(FakeSNS):
        def publish_batch(self, **request):
            put(heard_ms=NOW_MS)
            return super().publish_batch(**request)

    watch(Speaking()).run(deadline())

    assert status() == "NORMAL"


def test_a_device_that_falls_silent_again_raises_another_alert(devices):
    put()
    sns = FakeSNS()
    watch(sns).run(deadline())
    put(heard_ms=LONG_AGO + 1)

    watch(sns).run(deadline())

    assert sns.alert_ids == [f"press-1#offline#{LONG_AGO}#opened", f"press-1#offline#{LONG_AGO + 1}#opened"]


def test_all_pages_are_read_and_all_devices_announced(devices):
    for n in range(25):
        put(f"press-{n}", heard_ms=LONG_AGO + n, status="ANOMALY" if n % 2 else "NORMAL")
    sns = FakeSNS()
    pages = Instead(devices, query=lambda query, **request: query(**request, Limit=4))

    watched = watch(sns, client=pages).run(deadline())

    assert len(set(sns.alert_ids)) == len(sns.messages) == watched.offline == 25
    assert sns.calls == 3


def test_without_time_nothing_starts_and_the_next_invocation_continues(devices):
    put()
    sns = FakeSNS()

    assert watch(sns).run(deadline(remaining_ms=0)).finished is False
    assert (status(), sns.calls) == ("NORMAL", 0)


def test_when_the_time_runs_out_what_was_begun_is_finished(devices):
    for n in range(25):
        put(f"press-{n}", heard_ms=LONG_AGO + n)
    sns = FakeSNS()
    left = [15_000]

    def slow(update, **request):
        left[0] -= 400
        return update(**request)

    watched = watch(sns, client=Instead(devices, update_item=slow)).run(
        Deadline(lambda: max(0, left[0]), reserve_seconds=8.0)
    )

    assert watched[:3] == (20, 20, False)
    assert len(sns.messages) == 20
    states = [status(f"press-{n}") for n in range(25)]
    assert (states.count("OFFLINE"), states.count("NORMAL")) == (20, 5)
