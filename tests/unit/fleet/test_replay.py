"""A recorded series, sent again."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambda_src.common.thresholds import Threshold
from local.fleet import Conflict, ReplayError, SeriesReplay

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
THRESHOLDS = {"temperature": Threshold(max=100.0)}


def replay(path: Path, **changes: Any) -> SeriesReplay:
    return SeriesReplay(path, now=NOW, thresholds=THRESHOLDS, quiet_seconds=900, **changes)


@pytest.fixture
def series(tmp_path: Path):
    def write(*lines: str, name: str = "pump 7 (north).csv", header: str = "timestamp,value") -> Path:
        path = tmp_path / name
        path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
        return path

    return write


def instants(of: SeriesReplay) -> list[datetime]:
    return [datetime.fromtimestamp(m.readings[0][0].timestamp_ms / 1000, UTC) for m in of.messages()]


def values(of: SeriesReplay) -> list[float]:
    return [m.readings[0][1] for m in of.messages()]


def test_times_without_a_zone_are_utc_zones_are_honoured(series):
    path = series("2026-11-20 10:00:00,1", "2026-11-20T10:00:00+02:00,2", "2026-11-20T11:30:00Z,3")

    assert [f"{instant:%H:%M}" for instant in instants(replay(path, keep_times=True))] == ["08:00", "10:00", "11:30"]


def test_columns_are_found_by_name_and_others_ignored(series):
    path = series("x,7.5,2026-11-20 10:00:00", header="\ufeffquality,value,timestamp")

    assert values(replay(path)) == [7.5]


def test_messages_are_those_of_a_sensor_named_after_the_file(series):
    one = replay(series("2026-11-20 10:00:00.250,7.5"), keep_times=True)

    (message,) = one.messages()
    assert one.device_id == message.partition_key == "pump-7-north-"
    assert json.loads(message.payload) == {
        "sensor_id": "pump-7-north-",
        "sensor_type": "temperature",
        "value": 7.5,
        "timestamp": 1795168800.25,
        "production_line": "replay",
    }


def test_names_can_be_given(series):
    one = replay(series("2026-11-20 10:00:00,7"), device_id="m-1", sensor_type="pressure")

    assert next(one.messages()).readings[0][0][:2] == ("m-1", "pressure")


@pytest.mark.parametrize("names", [{"device_id": "no spaces"}, {"device_id": ""}, {"sensor_type": "Hot!"}])
def test_impossible_names_are_refused(series, names):
    with pytest.raises(ReplayError, match="must have 1 to"):
        replay(series("2026-11-20 10:00:00,7"), **names)


@pytest.mark.parametrize(
    "last", ["2014-02-19 15:25:00", "2026-11-21 08:00:00", "2026-11-14 08:00:00", "2031-01-01 00:00:01"]
)
def test_the_series_moves_by_whole_weeks_into_the_last_week(series, last):
    one = replay(series("2013-12-02 21:15:00,1", f"{last},2"))

    ends = instants(one)[-1]
    assert timedelta() <= NOW - ends < timedelta(weeks=1)
    assert one.shift % timedelta(weeks=1) == timedelta()
    assert ends - one.shift == datetime.fromisoformat(last).replace(tzinfo=UTC)


def test_times_can_be_kept(series):
    one = replay(series("2013-12-02 21:15:00,1"), keep_times=True)

    assert (one.shift, instants(one)) == (timedelta(), [datetime(2013, 12, 2, 21, 15, tzinfo=UTC)])


def test_readings_go_out_in_order_of_time(series):
    path = series("2026-11-20 10:05:00,2", "2026-11-20 10:00:00,1", "2026-11-20 10:10:00,3")

    assert values(replay(path)) == [1.0, 2.0, 3.0]


def test_a_duplicate_timestamp_with_another_value_is_an_unsent_conflict(series):
    path = series("2026-11-20 10:00:00,1", "2026-11-20 10:05:00,2", "2026-11-20T10:00:00Z,1.5", "2026-11-20 10:05:00,3")

    one = replay(path)

    assert values(one) == [1.0, 2.0]
    assert one.conflicts == (
        Conflict(datetime(2026, 11, 20, 10, 0, tzinfo=UTC), kept=1.0, refused=1.5, line=4),
        Conflict(datetime(2026, 11, 20, 10, 5, tzinfo=UTC), kept=2.0, refused=3.0, line=5),
    )
    assert (one.rows, len(one), one.duplicates) == (4, 2, 0)


def test_a_duplicate_timestamp_with_the_same_value_is_a_duplicate(series):
    one = replay(series("2026-11-20 10:00:00,1", "2026-11-20 10:00:00,1.0"))

    assert (one.rows, len(one), one.duplicates, one.conflicts) == (2, 1, 1, ())


def test_instants_within_a_millisecond_are_one(series):
    one = replay(series("2026-11-20 10:00:00.000100,1", "2026-11-20 10:00:00.000900,2"))

    assert (len(one), len(one.conflicts)) == (1, 1)


def test_expected_alerts_are_in_event_time_as_sent(series):
    path = series("2026-11-13 10:00:00,101", "2026-11-13 10:15:00,102", "2026-11-13 10:31:00,103")
    one = replay(path)

    assert [alert.state for alert in one.expected_alerts] == ["opened", "ended", "opened"]
    starts = [alert.episode_start_ms for alert in one.expected_alerts if alert.state == "opened"]
    assert [datetime.fromtimestamp(ms / 1000, UTC) for ms in starts] == [instants(one)[0], instants(one)[2]]


# A test that is not there cannot be skipped, and a skip would count as a failure where all must be looked at.
if "NAB_DATA" in os.environ:

    def test_a_real_machines_series_is_accounted_for_row_by_row():
        one = replay(Path(os.environ["NAB_DATA"]) / "machine_temperature_system_failure.csv")

        assert (one.rows, len(one), len(one.conflicts), one.duplicates) == (22_695, 22_683, 12, 0)
        assert len({reading for message in one.messages() for reading in message.readings}) == 22_683
