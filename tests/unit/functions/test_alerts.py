"""One alert an episode, whatever fails, restarts or comes again."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError
from tests.unit.functions.alerting import QUIET_S, TABLE, container, item
from tests.unit.functions.factories import NOW_MS, deadline, hot
from tests.unit.functions.fakes import FakeSNS, client_error

MINUTE = 60_000


def test_an_episode_over_several_batches_and_containers_is_one_alert(table):
    sns = FakeSNS()
    first, second = container(table, sns), container(table, sns)

    for minute in range(60):
        who = first if minute % 3 else second
        who.announce([hot(NOW_MS + minute * MINUTE), hot(NOW_MS + minute * MINUTE + 5)], deadline())
        first = first if minute % 10 else container(table, sns)

    assert sns.alert_ids == [f"press-1#temperature#{NOW_MS}"]


def test_an_anomaly_after_the_quiet_time_is_a_new_alert(table):
    sns = FakeSNS()
    alerts = container(table, sns)
    later = NOW_MS + QUIET_S * 1000 + 1

    alerts.announce([hot(NOW_MS)], deadline())
    alerts.announce([hot(later)], deadline())

    assert sns.alert_ids == [f"press-1#temperature#{NOW_MS}", f"press-1#temperature#{later}"]


def test_two_episodes_in_one_batch_are_two_alerts_in_order_even_when_it_comes_again(table):
    sns = FakeSNS()
    later = NOW_MS + QUIET_S * 1000 + 1
    batch = [hot(later), hot(NOW_MS)]

    counts = container(table, sns).announce(batch, deadline())
    again = container(table, sns).announce(batch, deadline())

    assert sns.alert_ids == [f"press-1#temperature#{NOW_MS}", f"press-1#temperature#{later}"]
    assert (counts.published, again.published, again.late) == (2, 0, 1)


def test_a_late_anomaly_is_counted_and_not_alerted(table):
    sns = FakeSNS()
    alerts = container(table, sns)
    alerts.announce([hot(NOW_MS)], deadline())

    counts = alerts.announce([hot(NOW_MS - 2 * MINUTE), hot(NOW_MS - MINUTE)], deadline())

    assert counts.late == 2
    assert len(sns.messages) == 1


def test_an_episode_that_goes_on_costs_a_call_only_each_half_of_the_quiet_time(table, monkeypatch):
    sns = FakeSNS()
    alerts = container(table, sns)
    alerts.announce([hot(NOW_MS)], deadline())
    written = []
    update = clients.dynamodb().update_item

    def count(**request):
        written.append(request)
        return update(**request)

    monkeypatch.setattr(clients.dynamodb(), "update_item", count)

    for second in range(1, QUIET_S + 1, 10):
        alerts.announce([hot(NOW_MS + second * 1000)], deadline())

    assert len(written) == 1
    assert int(item()["last_anomaly_ms"]["N"]) - NOW_MS >= QUIET_S * 1000 / 2


def test_a_crash_between_opening_and_publishing_is_made_up_for(table):
    class CrashError(Exception):
        pass

    sns = FakeSNS(CrashError())
    with pytest.raises(CrashError):
        container(table, sns).announce([hot(NOW_MS)], deadline())
    assert item()["announced"]["BOOL"] is False

    container(table, sns).announce([hot(NOW_MS)], deadline())

    assert sns.alert_ids == [f"press-1#temperature#{NOW_MS}"]
    assert item()["announced"]["BOOL"] is True


def test_a_shortened_batch_leaves_what_the_crashed_one_opened_to_the_anomaly_that_opened_it(table):
    sns = FakeSNS(RuntimeError())
    with pytest.raises(RuntimeError):
        container(table, sns).announce([hot(NOW_MS + 5, place=0), hot(NOW_MS, place=1)], deadline())

    container(table, sns).announce([hot(NOW_MS + 5)], deadline())
    assert sns.alert_ids == []
    container(table, sns).announce([hot(NOW_MS)], deadline())

    assert sns.alert_ids == [f"press-1#temperature#{NOW_MS}"]


def test_what_a_crashed_one_opened_is_announced_by_the_first_that_comes_when_it_must_be_over(table):
    sns = FakeSNS(RuntimeError())
    with pytest.raises(RuntimeError):
        container(table, sns).announce([hot(NOW_MS)], deadline(30_000))
    first, second = container(table, sns), container(table, sns)

    for at in (29_999, 30_000):
        table.now_ms = lambda at=at: NOW_MS + at
        first.announce([hot(NOW_MS + at)], deadline())
        second.announce([hot(NOW_MS + at + 1)], deadline())
        assert len(sns.messages) == (at == 30_000)

    assert sns.alert_ids == [f"press-1#temperature#{NOW_MS}"]


def test_an_episode_is_not_announced_by_another_while_it_is_opened(table):
    """Beside each other under a queue: the second comes between the first one's opening and its alert."""
    other = FakeSNS()

    class Beside(FakeSNS):
        def publish_batch(self, **request):
            container(table, other).announce([hot(NOW_MS + 1)], deadline())
            return super().publish_batch(**request)

    sns = Beside()
    container(table, sns).announce([hot(NOW_MS)], deadline())

    assert (sns.alert_ids, other.alert_ids) == ([f"press-1#temperature#{NOW_MS}"], [])


def test_only_the_messages_that_failed_are_published_again(table):
    sns = FakeSNS({1, 3})

    counts = container(table, sns).announce([hot(NOW_MS, device_id=f"d{n}") for n in range(5)], deadline())

    assert sns.calls == 2
    assert sorted(sns.alert_ids) == [f"d{n}#temperature#{NOW_MS}" for n in range(5)]
    assert counts.published == 5


def test_what_cannot_be_published_now_is_published_when_the_batch_comes_again(table):
    sns = FakeSNS(*[{0}] * 5)
    alerts = container(table, sns)
    batch = [hot(NOW_MS, device_id="a"), hot(NOW_MS, device_id="b")]

    with pytest.raises(TemporaryFailureError):
        alerts.announce(batch, deadline())
    assert sns.alert_ids == [f"b#temperature#{NOW_MS}"]
    alerts.announce(batch, deadline())

    assert sns.alert_ids == [f"b#temperature#{NOW_MS}", f"a#temperature#{NOW_MS}"]


def test_messages_go_out_in_calls_of_ten(table):
    sns = FakeSNS()

    container(table, sns).announce([hot(NOW_MS, device_id=f"d{n}") for n in range(25)], deadline())

    assert (sns.calls, len(sns.messages)) == (3, 25)


def test_throttling_is_temporary_and_a_missing_permission_is_raised(table):
    throttled = FakeSNS(*[client_error("ThrottledException", 429)] * 9)
    with pytest.raises(TemporaryFailureError):
        container(table, throttled).announce([hot(NOW_MS)], deadline())
    with pytest.raises(ClientError, match="AuthorizationError"):
        container(table, FakeSNS(client_error("AuthorizationError", 403))).announce([hot(NOW_MS)], deadline())


def test_an_item_that_was_deleted_meanwhile_does_not_block_its_sensor(table):
    sns = FakeSNS()
    alerts = container(table, sns)
    alerts.announce([hot(NOW_MS)], deadline())
    clients.dynamodb().delete_item(TableName=TABLE, Key={"sensor": {"S": "press-1#temperature"}})
    on = [hot(NOW_MS + QUIET_S * 1000 - 1)]

    with pytest.raises(TemporaryFailureError):
        alerts.announce(on, deadline())
    alerts.announce(on, deadline())

    assert len(sns.messages) == 2


def test_the_message_names_everything_and_its_item_expires(table):
    sns = FakeSNS()

    container(table, sns).announce([hot(NOW_MS + 7, value=130.5)], deadline())

    assert sns.messages == [
        {
            "alert_id": f"press-1#temperature#{NOW_MS + 7}",
            "device_id": "press-1",
            "sensor_type": "temperature",
            "value": 130.5,
            "timestamp_ms": NOW_MS + 7,
            "severity": "warning",
            "reason": "temperature is above 100",
            "production_line": "line-1",
            "episode_start_ms": NOW_MS + 7,
            "environment": "test",
        }
    ]
    assert int(item()["expires_at"]["N"]) == NOW_MS // 1000 + 30 * 24 * 3600
