"""The named queries against known data, on DuckDB, which the embedded Athena runs them on, too."""

from __future__ import annotations

from datetime import date

from tests.support.lake import DAY_MS, HOUR_MS, MINUTE_MS, NOON_MS, ask, at, put, sql_of


def test_the_last_value_is_the_latest_in_time_not_arrival(lake):
    put(lake, value=1.0, timestamp_ms=NOON_MS - 2 * HOUR_MS, arrived_ms=NOON_MS)
    put(lake, value=2.0, timestamp_ms=NOON_MS - HOUR_MS - 1, unit="C", production_line="line-1")
    put(lake, value=9.0, sensor_type="humidity", timestamp_ms=NOON_MS - 6 * DAY_MS)
    put(lake, value=9.0, sensor_type="old", timestamp_ms=NOON_MS - 8 * DAY_MS, arrived_ms=NOON_MS)

    assert ask(lake, "last_value_per_sensor") == [
        ("press-1", "humidity", 9.0, None, None, NOON_MS - 6 * DAY_MS, at(2025, 12, 26, 12)),
        ("press-1", "temperature", 2.0, "C", "line-1", NOON_MS - HOUR_MS - 1, at(2026, 1, 1, 10, 59, 59)),
    ]


def test_of_two_last_values_the_one_that_arrived_first_counts(lake):
    put(lake, value=7.0, arrived_ms=NOON_MS - 2)
    put(lake, value=5.0, arrived_ms=NOON_MS - 3)

    assert [row[2] for row in ask(lake, "last_value_per_sensor")] == [5.0]


def test_hourly_values_cross_midnight_and_new_year(lake):
    for hour, values in ((13, (1.0, 2.0, 6.0)), (12, (4.0,))):
        for number, value in enumerate(values):
            put(lake, value=value, timestamp_ms=NOON_MS - hour * HOUR_MS + number)
    put(lake, device_id="oven-7", value=-1.0, timestamp_ms=NOON_MS)

    assert ask(lake, "hourly_values") == [
        ("oven-7", "temperature", at(2026, 1, 1, 12), 1, -1.0, -1.0, -1.0),
        ("press-1", "temperature", at(2025, 12, 31, 23), 3, 1.0, 3.0, 6.0),
        ("press-1", "temperature", at(2026, 1, 1, 0), 1, 4.0, 4.0, 4.0),
    ]


def test_hourly_values_begin_with_a_whole_hour(lake):
    now = "TIMESTAMP '2026-01-01 12:34:56.789'"
    put(lake, timestamp_ms=NOON_MS - DAY_MS)
    put(lake, timestamp_ms=NOON_MS - DAY_MS - 1)

    assert [row[2] for row in ask(lake, "hourly_values", now=now)] == [at(2025, 12, 31, 12)]


def test_a_reading_that_was_delivered_twice_counts_once(lake):
    for value, arrived_ms in ((20.0, NOON_MS), (20.0, NOON_MS), (99.0, NOON_MS + 1)):
        put(lake, value=value, arrived_ms=arrived_ms)
        put(lake, "anomalies", value=value, arrived_ms=arrived_ms)

    assert ask(lake, "hourly_values") == [("press-1", "temperature", at(2026, 1, 1, 11), 1, 20.0, 20.0, 20.0)]
    assert [row[3] for row in ask(lake, "anomalies_by_line_and_day")] == [1]
    assert len(ask(lake, "gaps")) == 1
    assert [row[1] for row in ask(lake, "uptime")] == [1]


def test_anomalies_by_line_and_day(lake):
    for number in range(3):
        put(lake, "anomalies", production_line="line-1", timestamp_ms=NOON_MS - number, severity="critical")
    put(lake, "anomalies", production_line="line-1", timestamp_ms=NOON_MS - 13 * HOUR_MS)
    put(lake, "anomalies", timestamp_ms=NOON_MS - 13 * HOUR_MS, sensor_type="pressure")
    put(lake, "anomalies", timestamp_ms=NOON_MS - 31 * DAY_MS)

    assert ask(lake, "anomalies_by_line_and_day") == [
        ("-", date(2025, 12, 31), "pressure", 1, 0),
        ("line-1", date(2025, 12, 31), "temperature", 1, 0),
        ("line-1", date(2026, 1, 1), "temperature", 3, 3),
    ]


def test_of_two_verdicts_the_later_one_counts(lake):
    put(lake, "processed", production_line="line-1", processed_at="2026-01-01T11:00:00.000Z")
    put(lake, "processed", processed_at="2026-01-01T11:30:00.000Z", is_anomaly=False, severity="normal")
    put(lake, "processed", production_line="line-2", sensor_type="pressure")

    assert ask(lake, "anomalies_by_line_and_day", tables=["processed"]) == [
        ("line-2", date(2026, 1, 1), "pressure", 1, 0)
    ]


def test_without_verdicts_nobody_asks_for_anomalies():
    assert sql_of("anomalies_by_line_and_day", tables=["readings"]) == ""
    assert sql_of("uptime", tables=["readings"])


def test_a_gap_is_many_usual_intervals_and_the_least_silence(lake):
    # Given a sensor every minute that was away from 09:30 to 10:30, one every half hour, and one that has fallen silent
    for minute in [*range(90), *range(150, 241)]:
        put(lake, timestamp_ms=NOON_MS - 4 * HOUR_MS + minute * MINUTE_MS)
    for half in range(9):
        put(lake, device_id="oven-7", timestamp_ms=NOON_MS - half * 30 * MINUTE_MS)
    for minute in range(30, 60):
        put(lake, device_id="fan-2", timestamp_ms=NOON_MS - minute * MINUTE_MS)

    assert ask(lake, "gaps", minimum_silence_seconds=300, silent_intervals=5) == [
        ("fan-2", "temperature", at(2026, 1, 1, 11, 30), "silent", 1800),
        ("press-1", "temperature", at(2026, 1, 1, 9, 29), "back", 3660),
    ]


def test_uptime_is_the_part_of_the_day_with_readings(lake):
    # Given a device every minute for the whole day, one for its last six hours, and one that spoke once, an hour ago
    for minute in range(1440):
        put(lake, timestamp_ms=NOON_MS - DAY_MS + minute * MINUTE_MS)
        if minute >= 1080:
            put(lake, device_id="oven-7", timestamp_ms=NOON_MS - DAY_MS + minute * MINUTE_MS)
    put(lake, device_id="fan-2", timestamp_ms=NOON_MS - HOUR_MS)

    assert ask(lake, "uptime", minimum_silence_seconds=864, silent_intervals=5) == [
        ("fan-2", 1, 1.0),
        ("oven-7", 360, 25.0),
        ("press-1", 1440, 100.0),
    ]


def test_a_clock_that_is_ahead_makes_no_uptime(lake):
    put(lake, timestamp_ms=NOON_MS + MINUTE_MS)

    assert ask(lake, "uptime") == ask(lake, "gaps") == []


def test_bad_values_are_no_last_value_and_not_averaged(lake):
    put(lake, value=10.0, timestamp_ms=NOON_MS - HOUR_MS, quality="uncertain")
    put(lake, value=20.0, timestamp_ms=NOON_MS - HOUR_MS + 1)
    put(lake, value=999.0, timestamp_ms=NOON_MS - HOUR_MS + 2, quality="bad")

    assert [row[2] for row in ask(lake, "last_value_per_sensor")] == [20.0]
    assert ask(lake, "hourly_values") == [("press-1", "temperature", at(2026, 1, 1, 11), 2, 10.0, 15.0, 20.0)]
