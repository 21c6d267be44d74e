"""One alert per change of an episode, whatever fails, restarts or is delivered again."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.processor.alerts.alerts import ALERTS_AT_ONCE
from lambda_src.processor.judge import Verdict
from tests.unit.functions.alerting import QUIET_MS, SENSOR, TABLE, opened
from tests.unit.functions.factories import NOW_MS, deadline, entry, hot
from tests.unit.functions.fakes import FakeSNS, client_error

MINUTE = 60_000
LATER = NOW_MS + QUIET_MS + 1


def normal(timestamp_ms, **changes):
    return entry(timestamp_ms=timestamp_ms, **changes)


def critical(timestamp_ms, **changes):
    verdict = Verdict(is_anomaly=True, severity="critical", reason="temperature 140 is above 120")
    return entry(verdict=verdict, timestamp_ms=timestamp_ms, value=140.0, **changes)


def failed(announced):
    return [each.reading.timestamp_ms for each in announced.failed]


def test_an_episode_over_several_batches_and_containers_is_one_alert(alerts):
    sns = FakeSNS()
    first, second = alerts.container(sns), alerts.container(sns)

    for minute in range(60):
        who = first if minute % 3 else second
        who.announce([hot(NOW_MS + minute * MINUTE), hot(NOW_MS + minute * MINUTE + 5)], deadline())
        first = first if minute % 10 else alerts.container(sns)

    assert sns.alert_ids == opened(NOW_MS)


@pytest.mark.parametrize("pause_s", [1, 400, 449, 450, 600, 899, 900])
def test_a_changing_container_between_anomalies_repeats_no_alert(alerts, pause_s):
    sns = FakeSNS()
    one, two = alerts.container(sns), alerts.container(sns)

    for turn, who in enumerate([one, two, one, two, two, one]):
        who.announce([hot(NOW_MS + turn * pause_s * 1000)], deadline())
    one.announce([hot(NOW_MS + 5 * pause_s * 1000 + QUIET_MS)], deadline())

    assert sns.alert_ids == opened(NOW_MS)


def test_anomalies_at_0_400_and_1000_seconds_are_one_alert(alerts):
    sns = FakeSNS()
    one, two = alerts.container(sns), alerts.container(sns)

    one.announce([hot(NOW_MS)], deadline())
    two.announce([hot(NOW_MS + 400_000)], deadline())
    one.announce([hot(NOW_MS + 1_000_000)], deadline())

    assert sns.alert_ids == opened(NOW_MS)


def test_an_anomaly_after_the_quiet_time_opens_another_episode(alerts):
    sns = FakeSNS()
    container = alerts.container(sns)

    container.announce([hot(NOW_MS)], deadline())
    container.announce([hot(LATER)], deadline())

    assert sns.alert_ids == [*opened(NOW_MS), f"{SENSOR}#{NOW_MS}#ended", *opened(LATER)]


@pytest.mark.parametrize("together", [True, False])
def test_a_warning_that_becomes_critical_is_a_separate_alert(alerts, together):
    sns = FakeSNS()
    batch = [hot(NOW_MS), critical(NOW_MS + 1), critical(NOW_MS + 2)]

    for part in [batch] if together else [[each] for each in batch]:
        alerts.container(sns).announce(part, deadline())

    assert sns.alert_ids == [*opened(NOW_MS), f"{SENSOR}#{NOW_MS}#escalated"]
    told = [(each["state"]["StringValue"], each["severity"]["StringValue"]) for each in sns.attributes]
    assert told == [("opened", "warning"), ("escalated", "critical")]


@pytest.mark.parametrize("changing", [True, False])
def test_the_first_normal_reading_after_quiet_ends_an_episode(alerts, changing):
    sns = FakeSNS()
    container = alerts.container(sns)
    container.announce([hot(NOW_MS), critical(NOW_MS + 1000)], deadline())
    container = alerts.container(sns) if changing else container

    for second in range(2, 910, 4):
        alerts.now_ms = NOW_MS + second * 1000
        container.announce([normal(NOW_MS + second * 1000)], deadline())

    assert sns.alert_ids[2:] == [f"{SENSOR}#{NOW_MS}#ended"]
    assert (sns.messages[2]["timestamp_ms"], sns.messages[2]["severity"]) == (NOW_MS + 1000, "critical")


def test_readings_of_bad_quality_neither_open_nor_end_an_episode(alerts):
    sns = FakeSNS()
    container = alerts.container(sns)
    container.announce([hot(NOW_MS)], deadline())

    container.announce([normal(LATER, quality="bad"), normal(LATER, sensor_type="humidity")], deadline())

    assert sns.alert_ids == opened(NOW_MS)


def test_an_episode_stays_open_while_its_sensor_is_silent(alerts):
    sns = FakeSNS()
    container = alerts.container(sns)
    container.announce([hot(NOW_MS)], deadline())

    for minute in range(60):
        alerts.now_ms = NOW_MS + minute * MINUTE
        container.announce([normal(alerts.now_ms, sensor_type="humidity")], deadline())
    silent = sns.alert_ids
    container.announce([normal(alerts.now_ms)], deadline())

    assert (silent, sns.alert_ids[1:]) == (opened(NOW_MS), [f"{SENSOR}#{NOW_MS}#ended"])


def test_an_incident_processed_after_a_later_one_has_its_alerts(alerts):
    sns = FakeSNS()
    alerts.container(sns).announce([hot(LATER)], deadline())

    alerts.container(sns).announce([hot(NOW_MS)], deadline())

    assert sns.alert_ids == [*opened(LATER), *opened(NOW_MS), f"{SENSOR}#{NOW_MS}#ended"]


def test_episodes_of_a_redelivered_batch_have_their_alerts_once(alerts):
    sns = FakeSNS()
    batch = [hot(LATER + 5), critical(NOW_MS + 5), hot(NOW_MS), normal(LATER + QUIET_MS + 6)]

    counts = alerts.container(sns).announce(batch, deadline()).counts
    again = alerts.container(sns).announce(batch, deadline()).counts

    states = [message["state"] for message in sns.messages]
    assert states == ["opened", "escalated", "ended", "opened", "ended"]
    assert (counts.published, again.published, again.late) == (5, 0, 0)


def test_anomalies_older_than_all_that_is_remembered_are_counted(alerts):
    sns = FakeSNS()
    container = alerts.container(sns)
    container.announce([hot(NOW_MS + n * 2 * QUIET_MS) for n in range(15)], deadline())
    before = len(sns.messages)

    counts = container.announce([hot(NOW_MS), hot(NOW_MS - 1)], deadline()).counts

    assert (counts.late, len(sns.messages)) == (2, before)


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


def test_an_item_that_was_deleted_does_not_block_its_sensor(alerts):
    sns = FakeSNS()
    container = alerts.container(sns)
    container.announce([hot(NOW_MS)], deadline())
    alerts.db.tables[TABLE].items.clear()

    container.announce([hot(NOW_MS + 1)], deadline())

    assert sns.alert_ids == opened(NOW_MS, NOW_MS + 1)


def test_the_message_names_everything_and_its_item_expires(alerts):
    sns = FakeSNS()

    alerts.container(sns).announce([hot(NOW_MS + 7, value=130.5)], deadline())

    assert sns.messages == [
        {
            "alert_id": f"press-1#temperature#{NOW_MS + 7}#opened",
            "device_id": "press-1",
            "sensor_type": "temperature",
            "state": "opened",
            "value": 130.5,
            "timestamp_ms": NOW_MS + 7,
            "severity": "warning",
            "reason": "temperature is above 100",
            "production_line": "line-1",
            "episode_start_ms": NOW_MS + 7,
            "environment": "test",
        }
    ]
    assert int(alerts.item()["expires_at"]["N"]) == NOW_MS // 1000 + 30 * 24 * 3600


def test_the_index_lists_sensors_that_must_be_checked(alerts):
    container = alerts.container(FakeSNS())
    container.announce([hot(NOW_MS)], deadline())
    listed = int(alerts.item()["look_after_ms"]["N"])
    container.announce([normal(LATER)], deadline())

    assert NOW_MS + QUIET_MS // 2 <= listed <= NOW_MS + QUIET_MS
    assert int(alerts.item()["look_after_ms"]["N"]) == 10**15


def test_an_episode_that_release_0_3_wrote_continues(alerts):
    old = {
        "sensor": {"S": SENSOR},
        "episode_start_ms": {"N": str(NOW_MS)},
        "last_anomaly_ms": {"N": str(NOW_MS + 5)},
        "announced": {"BOOL": True},
        "claimed_until_ms": {"N": str(NOW_MS)},
        "severity": {"S": "warning"},
        "value": {"S": "120.0"},
        "expires_at": {"N": "1"},
    }
    alerts.db.tables[TABLE].items[(SENSOR,)] = old
    sns = FakeSNS()

    alerts.container(sns).announce([hot(NOW_MS + QUIET_MS)], deadline())
    alerts.container(sns).announce([critical(NOW_MS + QUIET_MS + 1), normal(NOW_MS + 3 * QUIET_MS)], deadline())

    assert sns.alert_ids == [f"{SENSOR}#{NOW_MS}#escalated", f"{SENSOR}#{NOW_MS}#ended"]
