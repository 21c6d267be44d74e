"""Translate Timestream's SQL to DuckDB's, and DuckDB's results to Timestream's.

The dialects agree on what readers of this pipeline need: SELECT, WHERE, GROUP BY, ORDER BY, aggregates, and
`measure_value::double`, which DuckDB reads as a cast of the column `measure_value`. Durations (`1h`) are translated and
`bin` is a macro. Timestream's other functions (`ago`, time series) are not supported.
"""

import re
from datetime import datetime
from typing import Any

import duckdb

from local.embedded.timestream.errors import validation

MACROS = "CREATE MACRO bin(moment, width) AS time_bucket(width, moment::TIMESTAMP)"

_SINGLE_VALUE = "measure_value::double"
_COLUMN_NAMES = {"CAST(measure_value AS double)": _SINGLE_VALUE, "measure_value": _SINGLE_VALUE}
_SCALAR_TYPES = {
    "VARCHAR": "VARCHAR",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "BIGINT": "BIGINT",
    "HUGEINT": "BIGINT",
    "INTEGER": "INTEGER",
    "DATE": "DATE",
}
_UNITS = {"ms": "MILLISECOND", "s": "SECOND", "m": "MINUTE", "h": "HOUR", "d": "DAY"}
_QUOTED_OR_DURATION = re.compile(r"""'[^']*'|"[^"]*"|\b(\d+)(ms|s|m|h|d)\b""")


def to_duckdb(sql: str) -> str:
    """Return the query with durations as intervals. Quoted text stays unchanged."""

    def translate(match: re.Match[str]) -> str:
        return f"INTERVAL {match[1]} {_UNITS[match[2]]}" if match[1] else match[0]

    return _QUOTED_OR_DURATION.sub(translate, sql)


def require_select(sql: str, database: duckdb.DuckDBPyConnection) -> None:
    """Raise a ValidationException for anything but one SELECT statement."""
    statements = database.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise validation("The query syntax is invalid: a query is exactly one SELECT statement")


def column(name: str, kind: str) -> dict[str, Any]:
    """Return an entry of ColumnInfo."""
    scalar = "TIMESTAMP" if kind.startswith("TIMESTAMP") else _SCALAR_TYPES.get(kind, "VARCHAR")
    return {"Name": _COLUMN_NAMES.get(name, name), "Type": {"ScalarType": scalar}}


def datum(value: Any) -> dict[str, Any]:
    """Return a value of a row."""
    if value is None:
        return {"NullValue": True}
    if isinstance(value, bool):
        return {"ScalarValue": str(value).lower()}
    if isinstance(value, datetime):
        # Python's times have microseconds; the readings of this pipeline have milliseconds.
        return {"ScalarValue": value.strftime("%Y-%m-%d %H:%M:%S.%f") + "000"}
    return {"ScalarValue": str(value)}
