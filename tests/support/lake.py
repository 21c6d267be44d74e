"""A lake with rows of one's own, on DuckDB."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import duckdb
import msgspec

from lambda_src.common.readings.reading import Reading
from lambda_src.processor.stores.processed_line import ProcessedLine
from lib.archive.once import STORED, each_once
from lib.archive.queries import queries
from lib.archive.schema import columns_of
from lib.archive.table import PARTITIONS
from lib.config import load_preset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOW = "TIMESTAMP '2026-01-01 12:00:00'"
NOON_MS = 1_767_268_800_000
"""The same moment: half a day after a year's end."""
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
TYPES = {"string": "VARCHAR", "double": "DOUBLE", "bigint": "BIGINT", "boolean": "BOOLEAN"}


@contextmanager
def empty_lake() -> Iterator[duckdb.DuckDBPyConnection]:
    """Empty tables and views with the columns of the catalog's."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'America/Sao_Paulo'")  # nothing may hang on the zone of the session
        for name, struct in (("readings", Reading), ("processed", ProcessedLine), ("anomalies", ProcessedLine)):
            columns = [f'"{column.name}" {TYPES[column.type]}' for column in columns_of(struct)]
            columns += [f"{partition} INTEGER" for partition in PARTITIONS]
            connection.execute(f"CREATE TABLE {name}{STORED} ({', '.join(columns)})")
            names = [column.name for column in columns_of(struct)]
            connection.execute(f"CREATE VIEW {name} AS {each_once(name, names)}")
        yield connection


def sql_of(name: str, tables: Sequence[str] = ("anomalies", "processed"), now: str = NOW, **devices: int) -> str:
    """A named query over these tables besides the readings, with these settings of the devices; empty for none."""
    config = load_preset("manufacturing")
    config = msgspec.structs.replace(config, devices=msgspec.structs.replace(config.devices, **devices))
    found = {query.name: query.sql for query in queries(config, dict.fromkeys(tables), now=now)}
    return found.get(name, "")


def ask(lake: duckdb.DuckDBPyConnection, name: str, **options: Any) -> list[tuple[Any, ...]]:
    return lake.execute(sql_of(name, **options)).fetchall()


def at(*parts: Any) -> datetime:
    """A timestamp without zone, as the queries give it."""
    return datetime(*parts)  # noqa: DTZ001


def put(lake: duckdb.DuckDBPyConnection, table: str = "readings", **changes: Any) -> None:
    """A row that arrived when it was measured, unless the changes say otherwise."""
    row: dict[str, Any] = {"device_id": "press-1", "sensor_type": "temperature", "value": 20.0}
    row |= {"timestamp_ms": NOON_MS - HOUR_MS} | changes
    row.setdefault("arrived_ms", row["timestamp_ms"])
    arrived = datetime.fromtimestamp(row["arrived_ms"] / 1000, UTC)
    row |= {"year": arrived.year, "month": arrived.month, "day": arrived.day}
    if table != "readings":
        row = {"processed_at": "2026-01-01T11:00:00.000Z", "is_anomaly": True, "severity": "warning"} | row
    places = ", ".join("?" for _ in row)
    lake.execute(f"INSERT INTO {table}{STORED} ({', '.join(row)}) VALUES ({places})", list(row.values()))
