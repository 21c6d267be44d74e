"""Timestream's Query API, executed with DuckDB over the records that were written.

The two dialects agree on what a reader of this pipeline needs: SELECT, WHERE, GROUP BY, ORDER BY, aggregates, and
`measure_value::double`, which DuckDB reads as a cast of the column `measure_value`. Timestream's own functions
(`ago`, `bin`, the time-series ones) are not offered.
"""

from datetime import datetime
from itertools import count
from threading import Lock
from typing import Any

import duckdb

from local.embedded.timestream.errors import not_found, validation
from local.embedded.timestream.table import Table

PAGE_ROWS = 1000  # MaxRows may ask for less; AWS's own maximum a page
_COLUMN_NAMES = {"CAST(measure_value AS double)": "measure_value::double"}
_SCALAR_TYPES = {
    "VARCHAR": "VARCHAR",
    "DOUBLE": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "BIGINT": "BIGINT",
    "HUGEINT": "BIGINT",
    "INTEGER": "INTEGER",
    "DATE": "DATE",
}

Tables = dict[tuple[str, str], Table]
Row = tuple[Any, ...]


class QueryEngine:
    """Runs queries and hands their results out page by page."""

    def __init__(self) -> None:
        self._database = duckdb.connect()
        self._loaded: dict[tuple[str, str], tuple[int, int]] = {}
        self._pages: dict[str, tuple[str, list[dict[str, Any]], list[Row]]] = {}
        self._numbers = count(1)
        self._lock = Lock()

    def query(self, request: dict[str, Any], tables: Tables) -> dict[str, Any]:
        """The answer to one Query request: the first page of a new query, or the page that `NextToken` names."""
        rows_a_page = min(int(request.get("MaxRows", PAGE_ROWS)), PAGE_ROWS)
        with self._lock:
            token = request.get("NextToken")
            if token is None:
                query_id, columns, rows = self._run(request["QueryString"], tables)
            elif token in self._pages:
                query_id, columns, rows = self._pages.pop(token)
            else:
                raise validation("NextToken is unknown, or was used before")
            page, rest = rows[:rows_a_page], rows[rows_a_page:]
            answer: dict[str, Any] = {
                "QueryId": query_id,
                "Rows": [{"Data": [_datum(value) for value in row]} for row in page],
                "ColumnInfo": columns,
                "QueryStatus": {"ProgressPercentage": 100.0 if not rest else 50.0},
            }
            if rest:
                answer["NextToken"] = f"{query_id}-{next(self._numbers)}"
                self._pages[answer["NextToken"]] = (query_id, columns, rest)
            return answer

    def _run(self, sql: str, tables: Tables) -> tuple[str, list[dict[str, Any]], list[Row]]:
        for name, table in tables.items():
            # The identity tells a table that was dropped and made again from the one that was loaded.
            state = (id(table), table.changes)
            if self._loaded.get(name) != state:
                self._load(name, table)
                self._loaded[name] = state
        try:
            _require_select(sql, self._database)
            result = self._database.execute(sql)
            columns = [_column(name, str(kind)) for name, kind, *_ in result.description or ()]
            rows = result.fetchall()
        except duckdb.CatalogException as cause:
            raise not_found(f"table of this query ({cause})") from cause
        except duckdb.Error as cause:
            raise validation(f"The query syntax is invalid: {cause}") from cause
        return f"QUERY{next(self._numbers):012d}", columns, rows

    def _load(self, name: tuple[str, str], table: Table) -> None:
        """Make the DuckDB table anew: `time`, `measure_name`, `measure_value` and a column for each dimension."""
        records = list(table.all())
        dimensions = sorted({key for record in records for key, _ in record.dimensions})
        schema, target = _quoted(name[0]), f"{_quoted(name[0])}.{_quoted(name[1])}"
        columns = ["time TIMESTAMP_NS", "measure_name VARCHAR", "measure_value DOUBLE"]
        columns += [f"{_quoted(dimension)} VARCHAR" for dimension in dimensions]
        values = ["make_timestamp_ns(unnest(?))", "unnest(?)", "unnest(?)", *["unnest(?)"] * len(dimensions)]
        by_record = [dict(record.dimensions) for record in records]
        self._database.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        self._database.execute(f"CREATE OR REPLACE TABLE {target} ({', '.join(columns)})")
        if records:
            self._database.execute(
                f"INSERT INTO {target} SELECT {', '.join(values)}",
                [
                    [record.time_ns for record in records],
                    [record.measure_name for record in records],
                    [record.value for record in records],
                    *([each.get(dimension) for each in by_record] for dimension in dimensions),
                ],
            )


def _require_select(sql: str, database: duckdb.DuckDBPyConnection) -> None:
    statements = database.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise validation("The query syntax is invalid: a query is exactly one SELECT statement")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _column(name: str, kind: str) -> dict[str, Any]:
    scalar = "TIMESTAMP" if kind.startswith("TIMESTAMP") else _SCALAR_TYPES.get(kind, "VARCHAR")
    return {"Name": _COLUMN_NAMES.get(name, name), "Type": {"ScalarType": scalar}}


def _datum(value: Any) -> dict[str, Any]:
    if value is None:
        return {"NullValue": True}
    if isinstance(value, bool):
        return {"ScalarValue": str(value).lower()}
    if isinstance(value, datetime):
        # Python's times end at microseconds; the readings of this pipeline are milliseconds.
        return {"ScalarValue": value.strftime("%Y-%m-%d %H:%M:%S.%f") + "000"}
    return {"ScalarValue": str(value)}
