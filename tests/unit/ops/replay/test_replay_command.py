"""`ops replay` from end to end: what it sends, what it leaves out, and what it says of either."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops import progress
from tests.unit.ops.replay.archives import HOUR_MS, NEW_YEAR_MS, SECOND_MS, parquet, row


def series(count, *, start=NEW_YEAR_MS, **changes):
    return [row(start + n * SECOND_MS, value=float(n), **changes) for n in range(count)]


def test_every_reading_of_the_period_is_replayed_once_unchanged(archive, function, replay):
    archive.put(*series(3))
    archive.put(row(NEW_YEAR_MS + HOUR_MS, value=3.0, production_line=None, metadata='{"batch": 7}', unit="F"))

    status, out, _ = replay()

    assert status == 0
    assert "replayed: 4 readings from 2 objects in 1 invocations" in out
    assert function.values == [0.0, 1.0, 2.0, 3.0]
    assert [r.arrived_ms - r.timestamp_ms for r in function.readings] == [50] * 4
    last = function.readings[-1]
    assert (last.production_line, last.metadata, last.unit) == (None, {"batch": 7}, "F")
    assert function.names == {"iot-replay"}


def test_a_period_may_cross_hours_days_and_years(archive, function, replay):
    for hours in range(-3, 4):
        archive.put(row(NEW_YEAR_MS + hours * HOUR_MS, value=float(hours)))

    replay(start="2025-12-31T22:00:00Z", end="2026-01-01T02:00:00Z")

    assert function.values == [-2.0, -1.0, 0.0, 1.0]


def test_the_period_includes_its_start_and_excludes_its_end(archive, function, replay):
    archive.put(row(NEW_YEAR_MS - 1, value=1.0), row(NEW_YEAR_MS, value=2.0), row(NEW_YEAR_MS + HOUR_MS, value=3.0))

    replay(start="2026-01-01T01:00:00+01:00", end="2026-01-01T01:00:00Z")

    assert function.values == [2.0]


@pytest.mark.parametrize(("late", "found"), [(24, [1.0]), (26, [1.0, 2.0])])
def test_late_arrivals_are_found_within_the_allowed_hours(archive, function, replay, late, found):
    archive.put(row(value=1.0, arrived_ms=NEW_YEAR_MS + 24 * HOUR_MS))
    archive.put(row(NEW_YEAR_MS + SECOND_MS, value=2.0, arrived_ms=NEW_YEAR_MS + 26 * HOUR_MS))

    replay("--late", late, start="2026-01-01", end="2026-01-01T00:01:00Z")

    assert function.values == found


def test_a_device_whose_clock_is_ahead_is_found(archive, function, replay):
    archive.put(row(arrived_ms=NEW_YEAR_MS - 15 * 60 * SECOND_MS))

    replay(start="2026-01-01", end="2026-01-02")

    assert len(function.readings) == 1


@pytest.mark.parametrize(
    ("options", "values"),
    [
        (["--device", "press-1"], [1.0, 2.0]),
        (["--sensor", "Temperature"], [1.0, 3.0]),
        (["--device", "press-2", "--sensor", "temperature"], [3.0]),
    ],
)
def test_one_device_or_one_sensor(archive, function, replay, options, values):
    archive.put(row(value=1.0), row(value=2.0, sensor_type="pressure"), row(value=3.0, device_id="press-2"))

    replay(*options)

    assert function.values == values


def test_a_dry_run_counts_and_sends_nothing(archive, function, replay):
    archive.put(*series(5))

    status, out, _ = replay("--dry-run")

    assert (status, function.sizes) == (0, [])
    assert out == "would be replayed: 5 readings from 1 objects in 1 invocations\n"
    assert list(Path().glob("replay-*")) == []


@pytest.mark.parametrize("objects", [False, True])
def test_an_empty_period_is_said_to_be_empty(archive, function, replay, objects):
    if objects:
        archive.put(row(NEW_YEAR_MS - 30 * HOUR_MS), at=NEW_YEAR_MS)

    assert replay() == (0, "the archive has no readings for this period\n", "")
    assert list(Path().glob("replay-*")) == []


def test_a_broken_object_is_named_and_the_others_are_replayed(archive, function, replay):
    archive.put(row(value=1.0))
    cut_off = archive.put_bytes(parquet(*series(10))[:-100], at=NEW_YEAR_MS)
    none_at_all = archive.put_bytes(b"<html>not found</html>", at=NEW_YEAR_MS)
    archive.put(row(NEW_YEAR_MS + SECOND_MS, value=2.0))

    status, out, error = replay()

    assert status == 1
    assert function.values == [1.0, 2.0]
    for key in (cut_off, none_at_all):
        assert f"unreadable: {key}: " in out
        assert f"{key}: " in error


def test_invalid_content_is_counted_and_refused_readings_reported(archive, function, replay):
    archive.put(row(value=1.0), row(device_id=None), row(metadata="{"), row(timestamp_ms=None))
    function.refused = {"conflict": 1}

    status, out, _ = replay()

    assert status == 0
    assert "of these, refused as invalid or too old: conflict 1" in out
    assert "skipped because they cannot be replayed: invalid_device 1, invalid_metadata 1, invalid_timestamp 1" in out


def test_without_a_lake_the_raw_archive_is_replayed(archive, function, replay, outputs):
    outputs(lake_bucket=None)
    archive.put(row(value=1.0))
    archive.put_lines(b'{"device_id":"press-1","sensor_type":"a","value":2,"timestamp":1767225600}', at=NEW_YEAR_MS)

    assert replay()[0] == 0
    assert function.values == [2.0]


def test_the_rate_bounds_readings_a_second_and_a_batch(archive, function, replay, waits, monkeypatch):
    monkeypatch.setattr("time.monotonic", lambda: sum(waits))
    archive.put(*series(30))

    replay("--rate", "10")

    assert [len(batch[0]) for batch in function.batches] == [10, 10, 10]
    assert waits == [1.0, 1.0]


def test_progress_is_told_while_it_goes(archive, function, replay, monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    archive.put(*series(2))
    archive.put(row(NEW_YEAR_MS + HOUR_MS))

    assert "object 2 of 2, 5" in replay()[2]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--device", "a b"], "A-Z"),
        (["--sensor", "a b"], "--sensor: "),
        (["--late", "-1"], "whole number"),
        (["--rate", "0"], "must be at least 1"),
        (["--to", "2026-01-01T00:00"], "no zone"),
        (["--to", "2026-02-30"], "ISO 8601"),
        (["--to", "2025-12-31"], "--from must be earlier than --to"),
    ],
)
def test_bad_options_are_named(replay, options, words):
    status, _, error = replay(*options)

    assert status == 2
    assert words in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("output", ["replay_function", "raw_bucket"])
def test_a_deployment_without_the_way_back_is_named(replay, outputs, output):
    outputs(lake_bucket=None, **{output: None})

    assert replay()[0] == 2
