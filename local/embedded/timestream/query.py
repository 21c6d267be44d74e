"""Timestream's Query API, executed by DuckDB on the written records."""

from itertools import count
from threading import Lock
from typing import Any

import duckdb

from local.embedded.timestream.dialect import MACROS, column, datum, require_select, to_duckdb
from local.embedded.timestream.errors import not_found, validation
from local.embedded.timestream.loading import load, unload
from local.embedded.timestream.table import SeriesTable

PAGE_ROWS = 1000  # AWS's maximum page size; MaxRows may request less.

Tables = dict[tuple[str, str], SeriesTable]
Row = tuple[Any, ...]


class QueryEngine:
    """Runs queries and returns their results page by page."""

    def __init__(self) -> None:
        self._database = duckdb.connect()
        self._database.execute(MACROS)
        # The table itself and not its id(), because a new table may get the id of a dropped one.
        self._loaded: dict[tuple[str, str], tuple[SeriesTable, int]] = {}
        self._pages: dict[str, tuple[str, list[dict[str, Any]], list[Row]]] = {}
        self._numbers = count(1)
        self._lock = Lock()

    def query(self, request: dict[str, Any], tables: Tables) -> dict[str, Any]:
        """Answer a Query request: the first page of a new query, or the page of its `NextToken`."""
        rows_a_page = min(int(request.get("MaxRows", PAGE_ROWS)), PAGE_ROWS)
        with self._lock:
            token = request.get("NextToken")
            if token is None:
                columns, rows = self._run(request["QueryString"], tables)
                query_id = f"QUERY{next(self._numbers):012d}"
            elif token in self._pages:
                query_id, columns, rows = self._pages.pop(token)
            else:
                raise validation("NextToken is unknown, or was used before")
            page, rest = rows[:rows_a_page], rows[rows_a_page:]
            answer: dict[str, Any] = {
                "QueryId": query_id,
                "Rows": [{"Data": [datum(value) for value in row]} for row in page],
                "ColumnInfo": columns,
                "QueryStatus": {"ProgressPercentage": 100.0 if not rest else 50.0},
            }
            if rest:
                answer["NextToken"] = f"{query_id}-{next(self._numbers)}"
                self._pages[answer["NextToken"]] = (query_id, columns, rest)
            return answer

    def rows(self, sql: str, tables: Tables) -> list[dict[str, Any]]:
        """Return all rows of a query, as values by column name."""
        with self._lock:
            columns, rows = self._run(sql, tables)
        names = [each["Name"] for each in columns]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def _run(self, sql: str, tables: Tables) -> tuple[list[dict[str, Any]], list[Row]]:
        self._refresh(tables)
        try:
            translated = to_duckdb(sql)
            require_select(translated, self._database)
            result = self._database.execute(translated)
            columns = [column(name, str(kind)) for name, kind, *_ in result.description or ()]
            rows = result.fetchall()
        except duckdb.CatalogException as cause:
            raise not_found(f"table of this query ({cause})") from cause
        except duckdb.Error as cause:
            raise validation(f"The query syntax is invalid: {cause}") from cause
        return columns, rows

    def _refresh(self, tables: Tables) -> None:
        """Load tables that changed or were recreated, and drop deleted ones."""
        for name in self._loaded.keys() - tables.keys():
            unload(self._database, name)
            del self._loaded[name]
        for name, table in tables.items():
            loaded, changes = self._loaded.get(name, (None, 0))
            if loaded is not table or changes != table.changes:
                load(self._database, name, table)
                self._loaded[name] = table, table.changes
