"""Few calls for many episodes; what fails for a time is reported and tried again, what is forbidden is raised."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.processor.alerts.alerts import ALERTS_AT_ONCE
from tests.unit.functions.alert_entries import normal
from tests.unit.functions.factories import NOW_MS, deadline, hot
from tests.unit.functions.fakes import FakeSNS, client_error


def failed(announced):
    return [each.reading.timestamp_ms for each in announced.failed]


def test_what_is_inside_of_a_known_episode_costs_no_call(alerts):
    container = alerts.container(FakeSNS())
    container.announce([hot(NOW_MS), hot(NOW_MS + 1000)], deadline())
    alerts.db.calls.clear()

    container.announce([hot(NOW_MS + 500), normal(NOW_MS + 600)], deadline())

    assert alerts.db.calls == []


def test_episodes_of_a_whole_plant_cost_few_calls(alerts):
    container = alerts.container(FakeSNS())
    devices = [f"d{n}" for n in range(250)]
    container.announce([hot(NOW_MS, device_id=device) for device in devices], deadline())
    first = list(alerts.db.calls)
    alerts.db.calls.clear()

    container.announce([hot(NOW_MS + 1, device_id=device) for device in devices], deadline())

    assert first.count("batch_execute_statement") == 10 + 13
    assert alerts.db.calls == ["batch_execute_statement"] * 10


def test_only_the_messages_that_failed_are_published_again(alerts):
    sns = FakeSNS({1, 3})

    counts = alerts.container(sns).announce([hot(NOW_MS, device_id=f"d{n}") for n in range(5)], deadline()).counts

    assert sns.calls == 2
    assert sorted(sns.alert_ids) == [f"d{n}#temperature#{NOW_MS}#opened" for n in range(5)]
    assert counts.published == 5


def test_unpublished_alerts_are_reported_and_published_on_redelivery(alerts):
    sns = FakeSNS(*[{0}] * 5)
    container = alerts.container(sns)
    batch = [hot(NOW_MS, device_id="a"), hot(NOW_MS, device_id="b")]

    announced = container.announce(batch, deadline())
    assert list(announced.failed) == [batch[0]]
    assert sns.alert_ids == [f"b#temperature#{NOW_MS}#opened"]
    container.announce(batch, deadline())

    assert sns.alert_ids == [f"{device}#temperature#{NOW_MS}#opened" for device in "ba"]


def test_messages_are_published_ten_per_call(alerts):
    sns = FakeSNS()

    alerts.container(sns).announce([hot(NOW_MS, device_id=f"d{n}") for n in range(25)], deadline())

    assert (sns.calls, len(sns.messages)) == (3, 25)


def test_throttling_is_reported_and_a_missing_permission_is_raised(alerts):
    throttled = FakeSNS(*[client_error("ThrottledException", 429)] * 9)
    assert failed(alerts.container(throttled).announce([hot(NOW_MS)], deadline())) == [NOW_MS]

    denied = FakeSNS(client_error("AuthorizationError", 403))
    with pytest.raises(ClientError, match="AuthorizationError"):
        alerts.container(denied).announce([hot(NOW_MS)], deadline())


@pytest.mark.parametrize("operation", ["batch_get_item", "batch_execute_statement"])
def test_a_throttled_table_is_reported_a_missing_one_raised(alerts, operation):
    answer: Any = client_error("ThrottlingException")

    def fail(name, _request):
        if name == operation:
            raise answer

    alerts.db.hook = fail
    assert failed(alerts.container(FakeSNS()).announce([hot(NOW_MS)], deadline())) == [NOW_MS]

    answer = client_error("ResourceNotFoundException")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        alerts.container(FakeSNS()).announce([hot(NOW_MS)], deadline())


def test_what_one_statement_could_not_do_is_sent_again_alone(alerts):
    sns = FakeSNS()
    sizes = []

    def throttle(name, request):
        if name != "batch_execute_statement":
            return None
        sizes.append(len(request["Statements"]))
        return {1: "ThrottlingError"} if len(sizes) == 1 else None

    alerts.db.hook = throttle
    alerts.container(sns).announce([hot(NOW_MS, device_id=f"d{n}") for n in range(3)], deadline())

    assert (sizes, len(sns.messages)) == ([3, 1, 3], 3)


def test_without_time_no_call_is_made_and_everything_is_reported(alerts):
    announced = alerts.container(FakeSNS()).announce([hot(NOW_MS)], deadline(remaining_ms=0))

    assert (failed(announced), alerts.db.calls) == ([NOW_MS], [])


def test_when_time_runs_out_progress_is_kept(alerts):
    """Each look at the clock costs 0.3 s of sixty: some hundred calls, of more than three hundred."""
    sns = FakeSNS()
    batch = [hot(NOW_MS, device_id=f"d{n}") for n in range(2000)]

    deliveries = 0
    while alerts.container(sns).announce(batch, deadline(step_ms=300)).failed:
        deliveries += 1
        assert deliveries < 15

    assert deliveries > 1
    assert len(set(sns.alert_ids)) == 2000
    assert len(sns.alert_ids) - 2000 <= deliveries * ALERTS_AT_ONCE
