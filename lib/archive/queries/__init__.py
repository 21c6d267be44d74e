"""The named queries, as SQL that both Athena's Trino and DuckDB accept.

A file's leading comment is its description. Placeholders are filled in here: expressions that both dialects share, and
settings of the deployment. Each query counts a reading once, as the views do, and names the period of arrival that
Athena has to scan: a view alone would scan all of it.
"""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.reading import Reading
from lambda_src.processor.stores.processed_line import ProcessedLine
from lib.archive.once import each_once
from lib.archive.schema import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msgspec import Struct

    from lib.config import Config

FOLDER = Path(__file__).parent
NOW = "CAST(current_timestamp AT TIME ZONE 'UTC' AS TIMESTAMP)"
_EPOCH = "TIMESTAMP '1970-01-01 00:00:00'"
_HOUR_MS, _SECOND_MS = 3_600_000, 1_000


class Query(NamedTuple):
    """One named query. ``description`` is one sentence."""

    name: str
    description: str
    sql: str


def queries(config: Config, tables: Mapping[str, object], *, now: str = NOW) -> list[Query]:
    """Return all queries that the catalog's ``tables`` can answer, by name. ``now`` is a UTC timestamp without zone."""
    values = _values(config, now)
    names = {path.stem for path in FOLDER.glob("*.sql")}
    verdicts = next((name for name in ("anomalies", "processed") if name in tables), None)
    if verdicts is None:
        names.discard("anomalies_by_line_and_day")
    else:
        values["verdicts_of_31_days"] = _once(verdicts, ProcessedLine, 31, now)
    return [_query(name, values) for name in sorted(names)]


def _query(name: str, values: Mapping[str, str]) -> Query:
    sql = Template((FOLDER / f"{name}.sql").read_text(encoding="utf-8")).substitute(values)
    comment = [line.removeprefix("--").strip() for line in sql.splitlines() if line.startswith("--")]
    return Query(name, " ".join(comment), sql)


def _values(config: Config, now: str) -> dict[str, str]:
    return {
        "now_ms": f"date_diff('millisecond', {_EPOCH}, {now})",
        "measured_at": _moment(_SECOND_MS, "SECOND"),
        "hour": _moment(_HOUR_MS, "HOUR"),
        # A device's clock may be ahead and a buffer late, so one day more than requested is scanned.
        "arrived_in_2_days": _arrived(2, now),
        "readings_of_2_days": _once("readings", Reading, 2, now),
        "readings_of_8_days": _once("readings", Reading, 8, now),
        "silence_seconds": str(config.devices.minimum_silence_seconds),
        # Calculated here, because in SQL a product of small integers is a small integer and overflows.
        "silence_ms": str(config.devices.minimum_silence_seconds * _SECOND_MS),
        "silent_intervals": str(config.devices.silent_intervals),
    }


def _once(name: str, struct: type[Struct], days: int, now: str) -> str:
    """Return what the view ``name`` holds of the arrivals of the past days, as a part of ``FROM``."""
    columns = [column.name for column in columns_of(struct)]
    return f"({each_once(name, columns, _arrived(days, now))}) AS {name}"


def _moment(milliseconds: int, unit: str) -> str:
    """Return the timestamp of ``timestamp_ms``, rounded down to the unit. Only DuckDB divides integers into
    fractions.
    """
    whole = f"CAST((timestamp_ms - timestamp_ms % {milliseconds}) / {milliseconds} AS BIGINT)"
    return f"{_EPOCH} + INTERVAL '1' {unit} * {whole}"


def _arrived(days: int, now: str) -> str:
    """Return the partitions of the past days, constant for the planner also across months and years."""
    first = f"({now} - INTERVAL '{days}' DAY)"
    number = f"year({first}) * 10000 + month({first}) * 100 + day({first})"
    return f"year >= year({first}) AND year * 10000 + month * 100 + day >= {number}"
