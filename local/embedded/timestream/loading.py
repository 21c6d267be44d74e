"""Load the records of a table into DuckDB."""

from collections.abc import Iterator, Sequence
from typing import Any

import duckdb

from local.embedded.timestream.records import SeriesRecord
from local.embedded.timestream.table import SeriesTable

Column = tuple[str, str, list[Any]]
"""Name, DuckDB type and one value per record."""


def load(database: duckdb.DuckDBPyConnection, name: tuple[str, str], table: SeriesTable) -> None:
    """Recreate the table: `time`, `measure_name`, and a column per dimension and per multi measure.

    Single measures are in `measure_value`, which is missing if all records are multi-measure ones.
    """
    records = list(table.all())
    columns = [*_fixed(records), *_dimensions(records), *_measures(records)]
    target = _target(name)
    database.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(name[0])}")
    typed = ", ".join(f"{_quoted(column)} {kind}" for column, kind, _ in columns)
    database.execute(f"CREATE OR REPLACE TABLE {target} ({typed})")
    if records:
        values = ["make_timestamp_ns(unnest(?))", *["unnest(?)"] * (len(columns) - 1)]
        database.execute(f"INSERT INTO {target} SELECT {', '.join(values)}", [data for _, _, data in columns])


def unload(database: duckdb.DuckDBPyConnection, name: tuple[str, str]) -> None:
    """Drop the table, so that a query does not find it."""
    database.execute(f"DROP TABLE {_target(name)}")


def _fixed(records: Sequence[SeriesRecord]) -> Iterator[Column]:
    yield "time", "TIMESTAMP_NS", [record.time_ns for record in records]
    yield "measure_name", "VARCHAR", [record.measure_name for record in records]
    singles = [record.value for record in records]
    if not records or any(value is not None for value in singles):
        yield "measure_value", "DOUBLE", singles


def _dimensions(records: Sequence[SeriesRecord]) -> Iterator[Column]:
    by_record = [dict(record.dimensions) for record in records]
    for name in sorted({name for each in by_record for name in each}):
        yield name, "VARCHAR", [each.get(name) for each in by_record]


def _measures(records: Sequence[SeriesRecord]) -> Iterator[Column]:
    by_record = [dict(record.measures) for record in records]
    for name in sorted({name for each in by_record for name in each}):
        values = [each.get(name) for each in by_record]
        whole = all(isinstance(value, int) for value in values if value is not None)
        yield name, "BIGINT" if whole else "DOUBLE", values


def _target(name: tuple[str, str]) -> str:
    return f"{_quoted(name[0])}.{_quoted(name[1])}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
