"""Rows of the lake's objects: what is read, what is left out, and what is broken."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lambda_src.common.readings.reading import Reading
from ops.period import Period
from ops.replay.archive import Found
from ops.replay.parquet import ParquetReader
from ops.replay.rows import BrokenObjectError, Scope
from tests.unit.ops.replay.archives import HOUR_MS, NEW_YEAR_MS, SECOND_MS, parquet, row

ALL = Scope(Period(NEW_YEAR_MS, NEW_YEAR_MS + HOUR_MS), None, None)


@pytest.fixture
def read(tmp_path):
    """The rows of an object with these bytes."""

    def rows(body, scope=ALL, *, after=0):
        file = tmp_path / "object"
        file.write_bytes(body)
        return list(ParquetReader(scope).read(file, Found("key", len(body), 0), after=after))

    return rows


def series(count):
    return [row(NEW_YEAR_MS + n * SECOND_MS, value=float(n)) for n in range(count)]


def _keep(found, rows):
    """One by one, so that what came before an error stays."""
    for each in rows:
        found.append(each)


def test_a_row_is_a_reading(read):
    (found,) = read(parquet(row(metadata='{"batch": 7}', unit="C")))

    assert found.content == Reading(
        "press-1", "temperature", 71.5, NEW_YEAR_MS, NEW_YEAR_MS + 50, "line-1", {"batch": 7}, "C"
    )
    assert (found.position, found.group) == (1, NEW_YEAR_MS + 50)


def test_positions_count_rows_including_skipped_ones(read):
    rows = [row(), row(NEW_YEAR_MS - 1), row(NEW_YEAR_MS + 1)]

    assert [each.position for each in read(parquet(*rows))] == [1, 3]


@pytest.mark.parametrize("after", [0, 1, 2047, 2048, 4999, 5000])
def test_reading_goes_on_after_a_position(read, after):
    found = read(parquet(*series(3600), *series(1400)), after=after)

    assert [each.position for each in found] == list(range(after + 1, 5001))


@pytest.mark.parametrize("column", ["production_line", "metadata", "unit"])
def test_an_object_from_before_a_column_came_is_read(read, column):
    (found,) = read(parquet(row(production_line=None), without=(column,)))

    assert getattr(found.content, column) is None


@pytest.mark.parametrize("column", ["device_id", "sensor_type", "value", "timestamp_ms", "arrived_ms"])
def test_an_object_that_lacks_what_a_reading_needs_is_named(read, column):
    with pytest.raises(BrokenObjectError, match=f"the object has no column {column}"):
        read(parquet(row(), without=(column,)))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"device_id": None}, "invalid_device"),
        ({"device_id": "a b"}, "invalid_device"),
        ({"sensor_type": None}, "invalid_sensor_type"),
        ({"value": None}, "invalid_value"),
        ({"timestamp_ms": None}, "invalid_timestamp"),
        ({"arrived_ms": None}, "invalid_timestamp"),
        ({"arrived_ms": NEW_YEAR_MS - HOUR_MS}, "timestamp_in_future"),
        ({"metadata": "{"}, "invalid_metadata"),
        ({"metadata": "[1]"}, "invalid_metadata"),
        ({"unit": "x" * 17}, "invalid_unit"),
    ],
)
def test_a_row_that_is_no_reading_gives_its_reason(read, changes, reason):
    found = read(parquet(row(**changes), row()))

    assert [each.content if isinstance(each.content, str) else "good" for each in found] == [reason, "good"]


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_value_that_is_no_number_gives_its_reason(read, value):
    assert [each.content for each in read(parquet(row(value=value)))] == ["invalid_value"]


@pytest.mark.parametrize(
    "body",
    [b"", b"PAR1", b"<html></html>", parquet(*series(10))[:-1], parquet(*series(10))[:200]],
    ids=["empty", "magic alone", "html", "without its last byte", "without its end"],
)
def test_what_is_no_parquet_is_broken(read, body):
    with pytest.raises(BrokenObjectError) as error:
        read(body)

    assert "\n" not in str(error.value)


def test_what_comes_before_the_damage_is_sound(tmp_path):
    noise = random.Random(3)
    rows = [
        row(NEW_YEAR_MS + n, value=noise.random(), metadata=f'{{"n": {n}, "x": "{n:060d}"}}') for n in range(40_000)
    ]
    body = bytearray(parquet(*rows))
    # Near the end: DuckDB looks about a megabyte ahead.
    place = len(body) * 4 // 5
    body[place : place + 2000] = b"\xff" * 2000
    file = tmp_path / "object"
    file.write_bytes(body)
    found: list[Any] = []

    with pytest.raises(BrokenObjectError):
        _keep(found, ParquetReader(ALL).read(file, Found("key", 0, 0), after=0))

    assert 2048 <= len(found) < len(rows)
    assert [each.content.value for each in found] == [each["value"] for each in rows[: len(found)]]


def test_a_device_is_a_value_and_no_sql(read):
    assert len(read(parquet(row()), ALL._replace(device="press-1"))) == 1
    assert read(parquet(row()), ALL._replace(device="x' OR '1'='1")) == []
