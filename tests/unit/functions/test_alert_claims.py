"""An alert that its invocation did not publish has one heir, however many containers want it at the same moment."""

from __future__ import annotations

import pytest

from tests.model.services.sns import MemorySNS
from tests.unit.functions.alerting import QUIET_MS, opened
from tests.unit.functions.factories import NOW_MS, deadline, entry, hot

LATER_MS = 120_000
"""By then the invocation that claimed an alert is over."""


class EndedError(BaseException):
    """The container ends here."""


class Topic(MemorySNS):
    def __init__(self):
        super().__init__(lambda _name, _request: None, lambda alert: self.ids.append(alert["alert_id"]))
        self.ids: list[str] = []


class Ending:
    """A topic that is never reached."""

    def publish_batch(self, **_request):
        raise EndedError


def abandon(alerts):
    """Open an episode in a container that ends before it publishes."""
    with pytest.raises(EndedError):
        alerts.container(Ending()).announce([hot(NOW_MS)], deadline())
    alerts.now_ms += LATER_MS


@pytest.mark.parametrize("call", ["batch_get_item", "batch_execute_statement"])
@pytest.mark.parametrize("reading", [hot(NOW_MS + 5_000), entry(timestamp_ms=NOW_MS + 5_000), hot(NOW_MS)])
def test_two_claimants_of_an_abandoned_alert_publish_it_once(call, reading, alerts):
    abandon(alerts)
    topic = Topic()
    first, second = alerts.container(topic), alerts.container(topic)

    def overtake(name, _request):
        if name == call:
            alerts.db.hook = lambda _name, _request: None
            second.announce([reading], deadline())

    alerts.db.hook = overtake
    first.announce([reading], deadline())

    assert topic.ids == opened(NOW_MS)


def test_a_redelivery_in_the_same_millisecond_claims_and_publishes(alerts):
    abandon(alerts)
    alerts.now_ms -= LATER_MS
    topic = Topic()

    alerts.container(topic).announce([hot(NOW_MS)], deadline())

    assert topic.ids == opened(NOW_MS)


def test_an_alert_that_may_still_be_published_is_left_alone(alerts):
    with pytest.raises(EndedError):
        alerts.container(Ending()).announce([hot(NOW_MS)], deadline(remaining_ms=60_000))
    topic = Topic()

    alerts.now_ms += 59_000
    alerts.container(topic).announce([hot(NOW_MS + 5_000)], deadline())
    assert topic.ids == []

    alerts.now_ms += 1_000
    alerts.container(topic).announce([hot(NOW_MS + 6_000)], deadline())
    assert topic.ids == opened(NOW_MS)


def test_an_episode_another_container_opened_is_ended(alerts):
    topic = Topic()
    one, two = alerts.container(topic), alerts.container(topic)
    later = NOW_MS + 2 * QUIET_MS
    one.announce([hot(NOW_MS)], deadline())
    one.announce([entry(timestamp_ms=NOW_MS + QUIET_MS + 1)], deadline())
    two.announce([hot(later)], deadline())
    alerts.now_ms += LATER_MS

    one.announce([entry(timestamp_ms=later + QUIET_MS + 1)], deadline())

    assert [each.rpartition("#")[2] for each in topic.ids] == ["opened", "ended", "opened", "ended"]
