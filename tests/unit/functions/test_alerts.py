"""One alert per change of an episode, whatever fails, restarts or is delivered again."""

from __future__ import annotations

import pytest

from tests.unit.functions.alert_entries import LATER, critical, normal
from tests.unit.functions.alerting import QUIET_MS, SENSOR, TABLE, opened
from tests.unit.functions.factories import NOW_MS, deadline, hot
from tests.unit.functions.fakes import FakeSNS

MINUTE = 60_000


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
