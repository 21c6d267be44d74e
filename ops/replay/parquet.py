"""Read readings from the lake's Parquet objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import duckdb
import msgspec

from lambda_src.common.readings import fields
from lambda_src.common.readings.numbers import parse_value
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sensor_names import check_sensor_type
from lambda_src.common.readings.times import check_timestamp
from ops.replay.rows import BrokenObjectError, ReplayRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ops.replay.archive import Found
    from ops.replay.rows import Scope

TYPES = {
    "device_id": "VARCHAR",
    "sensor_type": "VARCHAR",
    "value": "DOUBLE",
    "timestamp_ms": "BIGINT",
    "arrived_ms": "BIGINT",
    "production_line": "VARCHAR",
    "metadata": "VARCHAR",
    "unit": "VARCHAR",
}
"""The lake's columns. Objects written before one of the last ones was added lack it."""
NEEDED = tuple(TYPES)[:5]
_ARRIVED = tuple(TYPES).index("arrived_ms")
ROWS_AT_ONCE = 2048
"""Rows that DuckDB decodes at once and holds in memory, whatever the size of the object."""

_SETTINGS: dict[str, Any] = {
    # One thread keeps the rows in the order of the object.
    "threads": 1,
    "memory_limit": "512MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class ParquetReader:
    """Implements `Reader`. DuckDB filters rows, and skips whole row groups by their statistics.

    A position is the number of a row in its object, from 1.
    """

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._connection = duckdb.connect(config=_SETTINGS)
        # Limits what is decoded ahead.
        self._connection.execute("SET streaming_buffer_size = '1MB'")
        # The bar would mix with the output of the command.
        self._connection.execute("SET enable_progress_bar = false")

    def read(self, file: Path, found: Found, *, after: int) -> Iterator[ReplayRow]:
        try:
            rows = self._connection.execute(self._statement(file), self._parameters(file, after))
            while page := rows.fetchmany(ROWS_AT_ONCE):
                for position, *values in page:
                    # Readings of one message have the same arrival and are adjacent.
                    yield ReplayRow(position, _content(values), values[_ARRIVED] or 0)
        except duckdb.Error as error:
            raise BrokenObjectError(_words(error, file)) from error

    def _statement(self, file: Path) -> str:
        described = self._connection.execute(
            "SELECT * FROM read_parquet($file, hive_partitioning = false) LIMIT 0", {"file": str(file)}
        ).description
        there = {column[0] for column in described or ()}
        missing = [name for name in NEEDED if name not in there]
        if missing:
            raise BrokenObjectError(f"the object has no column {', '.join(missing)}")
        columns = ", ".join(_column(name, kind, there) for name, kind in TYPES.items())
        # A row with NULL cannot be filtered here; it is returned and counted.
        return f"""
            SELECT * FROM (
                SELECT file_row_number + 1 AS position, {columns}
                FROM read_parquet($file, file_row_number = true, hive_partitioning = false)
            )
            WHERE position > $after AND coalesce(
                timestamp_ms >= $start_ms AND timestamp_ms < $end_ms
                AND device_id = coalesce($device, device_id) AND sensor_type = coalesce($sensor, sensor_type),
                true
            )"""  # noqa: S608  # names of columns from the table above; all that comes from outside is a parameter

    def _parameters(self, file: Path, after: int) -> dict[str, Any]:
        scope = self._scope
        return {
            "file": str(file),
            "after": after,
            "start_ms": scope.period.start_ms,
            "end_ms": scope.period.end_ms,
            "device": scope.device,
            "sensor": scope.sensor,
        }


def _column(name: str, kind: str, there: set[str]) -> str:
    return f"CAST({name if name in there else 'NULL'} AS {kind}) AS {name}"


def _content(values: Sequence[Any]) -> Reading | str:
    device, sensor, value, timestamp_ms, arrived_ms, line, metadata, unit = values
    if timestamp_ms is None or arrived_ms is None:
        return Reason.INVALID_TIMESTAMP
    try:
        return Reading(
            fields.parse_device_id(device),
            check_sensor_type(sensor),
            parse_value(value),
            check_timestamp(timestamp_ms, arrived_ms),
            arrived_ms,
            fields.parse_production_line(line),
            fields.parse_metadata(None if metadata is None else msgspec.json.decode(metadata)),
            fields.parse_unit(unit),
        )
    except RuleBrokenError as error:
        return error.reason
    except (msgspec.DecodeError, RecursionError):
        return Reason.INVALID_METADATA


def _words(error: duckdb.Error, file: Path) -> str:
    """Return DuckDB's message in one line, without the path of the local file."""
    return str(error).replace(str(file), "it").splitlines()[0]
