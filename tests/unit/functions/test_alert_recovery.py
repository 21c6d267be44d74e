"""An alert is published once, whatever crashes between the table and the topic, and whoever comes in between."""

from __future__ import annotations

import pytest

from tests.unit.functions.alert_entries import LATER, critical, normal
from tests.unit.functions.alerting import TABLE, opened
from tests.unit.functions.factories import NOW_MS, deadline, hot
from tests.unit.functions.fakes import FakeSNS


class CrashError(Exception):
    pass


def crash(alerts, *batch, remaining_ms=30_000):
    with pytest.raises(CrashError):
        alerts.container(FakeSNS(CrashError())).announce(batch, deadline(remaining_ms))


@pytest.mark.parametrize("cause", [hot(NOW_MS), critical(NOW_MS), normal(LATER)], ids=["open", "escalate", "end"])
def test_a_crash_before_publishing_is_repaired_by_the_next_delivery(alerts, cause):
    sns = FakeSNS()
    if cause.reading.timestamp_ms == LATER or cause.verdict.severity == "critical":
        alerts.container(sns).announce([hot(NOW_MS - 1)], deadline())
    crash(alerts, cause)
    before = len(sns.messages)

    alerts.container(sns).announce([cause], deadline())
    alerts.container(sns).announce([cause], deadline())

    assert len(sns.messages) == before + 1
    assert alerts.item()["pending"] == {"L": []}


def test_a_shortened_batch_leaves_alerts_to_their_causing_reading(alerts):
    sns = FakeSNS()
    crash(alerts, hot(NOW_MS + 5), hot(NOW_MS))

    alerts.container(sns).announce([hot(NOW_MS + 5)], deadline())
    assert sns.alert_ids == []
    alerts.container(sns).announce([hot(NOW_MS)], deadline())

    assert sns.alert_ids == opened(NOW_MS)


@pytest.mark.parametrize("reading", [hot, normal])
def test_an_abandoned_alert_is_published_after_its_invocations_timeout(alerts, reading):
    sns = FakeSNS()
    crash(alerts, hot(NOW_MS), remaining_ms=30_000)
    first, second = alerts.container(sns), alerts.container(sns)

    for at in (29_999, 30_000):
        alerts.now_ms = NOW_MS + at
        first.announce([reading(NOW_MS + at)], deadline())
        second.announce([reading(NOW_MS + at + 1)], deadline())
        assert len(sns.messages) == (at == 30_000)

    assert sns.alert_ids == opened(NOW_MS)


def test_a_pending_alert_is_not_published_by_another_container(alerts):
    """Side by side behind a queue: the second comes between the first one's write and its alert."""
    other = FakeSNS()

    class Beside(FakeSNS):
        def publish_batch(self, **request):
            alerts.container(other).announce([hot(NOW_MS + 1)], deadline())
            return super().publish_batch(**request)

    sns = Beside()
    alerts.container(sns).announce([hot(NOW_MS)], deadline())

    assert (sns.alert_ids, other.alert_ids) == (opened(NOW_MS), [])
    assert alerts.item()["pending"] == {"L": []}


def test_two_containers_opening_one_episode_publish_one_alert(alerts):
    one, two = FakeSNS(), FakeSNS()

    def beside(name, _request):
        alerts.db.hook = lambda _name, _request: None
        assert name == "batch_get_item"
        alerts.container(two).announce([hot(NOW_MS)], deadline())

    alerts.db.hook = lambda name, request: beside(name, request) if name == "batch_get_item" else None
    alerts.container(one).announce([hot(NOW_MS + 5)], deadline())

    assert (one.alert_ids, two.alert_ids) == ([], opened(NOW_MS))


def test_an_item_that_was_deleted_does_not_block_its_sensor(alerts):
    sns = FakeSNS()
    container = alerts.container(sns)
    container.announce([hot(NOW_MS)], deadline())
    alerts.db.tables[TABLE].items.clear()

    container.announce([hot(NOW_MS + 1)], deadline())

    assert sns.alert_ids == opened(NOW_MS, NOW_MS + 1)
