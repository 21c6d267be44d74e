"""Which alerts readings raise."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.reading import Identity
from lambda_src.common.thresholds import Threshold
from local.fleet import ExpectedAlert, expected_alerts

THRESHOLDS = {"temperature": Threshold(min=0.0, max=100.0, critical_max=120.0)}


def readings(*pairs: tuple[float, float], sensor: str = "temperature") -> list[tuple[Identity, float]]:
    return [(Identity("m", sensor, int(seconds * 1000)), value) for seconds, value in pairs]


@pytest.mark.parametrize(("value", "alerts"), [(100.0, 0), (100.001, 1), (0.0, 0), (-0.001, 1)])
def test_bounds_are_still_normal(value, alerts):
    assert len(expected_alerts(readings((0, value)), THRESHOLDS, 10)) == alerts


@pytest.mark.parametrize(("second", "starts"), [(10.0, [0]), (10.001, [0, 10_001])])
def test_a_new_episode_begins_after_more_than_the_quiet_time(second, starts):
    alerts = expected_alerts(readings((0, 101), (second, 101)), THRESHOLDS, 10)

    assert [alert.episode_start_ms for alert in alerts if alert.state == "opened"] == starts


@pytest.mark.parametrize(
    ("pairs", "states"),
    [
        ([(0, 101), (1, 121), (2, 122)], ["opened", "escalated"]),
        ([(0, 121), (1, 101), (2, 121)], ["opened"]),
        ([(0, 101), (10, 50)], ["opened"]),
        ([(0, 101), (11, 50), (12, 50)], ["opened", "ended"]),
        ([(0, 101), (1, 130), (12, 121)], ["opened", "escalated", "ended", "opened"]),
    ],
)
def test_each_change_of_an_episode_is_an_alert(pairs, states):
    assert [alert.state for alert in expected_alerts(readings(*pairs), THRESHOLDS, 10)] == states


def test_a_value_beyond_a_critical_bound_alone_is_an_anomaly():
    assert len(expected_alerts(readings((0, 5)), {"temperature": Threshold(critical_max=4.0)}, 10)) == 1


def test_an_episode_continues_as_long_as_anomalies_follow_each_other():
    series = readings(*((second, 101.0) for second in range(0, 100, 9)))

    assert expected_alerts(series, THRESHOLDS, 10) == (ExpectedAlert("m", "temperature", 0, 99_000),)


def test_the_order_of_the_readings_does_not_matter():
    series = readings((0, 101), (5, 20), (30, 101), (31, 101))

    assert expected_alerts(reversed(series), THRESHOLDS, 10) == expected_alerts(series, THRESHOLDS, 10)


def test_a_sensor_without_threshold_raises_nothing():
    assert expected_alerts(readings((0, 1e9), sensor="humidity"), THRESHOLDS, 10) == ()
