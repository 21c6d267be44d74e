"""Run queries in the deployment's Athena workgroup."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from ops.devices.undo import take_back
from ops.errors import FailedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIRST_WAIT_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 5.0
GROWTH = 1.5
"""A small query takes a second or two, a large one may take half an hour."""

SCAN_LIMIT = "bytes scanned limit"
"""Part of the reason if Athena cancels a query that exceeds the workgroup's scan limit."""


class Named(NamedTuple):
    """A named query of the workgroup."""

    name: str
    description: str
    sql: str
    database: str


class Result(NamedTuple):
    """``rows`` are fetched page by page; an empty cell is None."""

    columns: list[str]
    rows: Iterator[list[str | None]]
    scanned_bytes: int


class Workgroup:
    """The workgroup of one deployment."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def named(self) -> list[Named]:
        """Return the named queries, sorted by name."""
        pages = self._client.get_paginator("list_named_queries").paginate(WorkGroup=self._name)
        ids = [query_id for page in pages for query_id in page["NamedQueryIds"]]
        answers = [self._client.get_named_query(NamedQueryId=query_id)["NamedQuery"] for query_id in ids]
        return sorted(Named(q["Name"], q.get("Description", ""), q["QueryString"], q["Database"]) for q in answers)

    def run(self, sql: str, database: str) -> Result:
        """Run one statement to its end. Raises `FailedError` with Athena's reason.

        An interrupted wait stops the statement, because it would keep scanning, which costs money.
        """
        started = self._client.start_query_execution(
            QueryString=sql, WorkGroup=self._name, QueryExecutionContext={"Database": database}
        )
        query_id = started["QueryExecutionId"]
        try:
            ended = self._wait(query_id)
        except BaseException:
            take_back(f"query {query_id}", lambda: self._client.stop_query_execution(QueryExecutionId=query_id))
            raise
        self._require_success(ended["Status"])
        return self._result(ended)

    def _wait(self, query_id: str) -> Any:
        wait = FIRST_WAIT_SECONDS
        while True:
            execution = self._client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if execution["Status"]["State"] not in ("QUEUED", "RUNNING"):
                return execution
            time.sleep(wait)
            wait = min(wait * GROWTH, LONGEST_WAIT_SECONDS)

    def _require_success(self, status: Any) -> None:
        state = status["State"]
        if state == "SUCCEEDED":
            return
        reason = status.get("StateChangeReason") or "Athena gave no reason"
        if state == "CANCELLED" and SCAN_LIMIT in reason.lower():
            allowed = self._client.get_work_group(WorkGroup=self._name)["WorkGroup"]["Configuration"]
            limit = in_words(allowed.get("BytesScannedCutoffPerQuery", 0))
            raise FailedError(f"{reason}: {self._name} allows {limit} per query; select fewer columns, days or sensors")
        raise FailedError(f"the query was cancelled: {reason}" if state == "CANCELLED" else reason)

    def _result(self, execution: Any) -> Result:
        pages = iter(
            self._client.get_paginator("get_query_results").paginate(QueryExecutionId=execution["QueryExecutionId"])
        )
        first = next(pages)["ResultSet"]
        columns = [column["Name"] for column in first.get("ResultSetMetadata", {}).get("ColumnInfo", ())]
        rows = _rows(first)
        # The result of SELECT starts with a row of column names; that of SHOW and DESCRIBE does not.
        if execution.get("StatementType") == "DML" and rows[:1] == [columns]:
            rows = rows[1:]
        scanned = execution.get("Statistics", {}).get("DataScannedInBytes", 0)
        return Result(columns, _all(rows, pages), scanned)


def in_words(size: int) -> str:
    """Return a number of bytes with a readable unit."""
    number = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if number < 999.5:
            return f"{number:.3g} {unit}"
        number /= 1000
    return f"{round(number, 1):,g} TB"


def _all(rows: Sequence[list[str | None]], pages: Iterator[Any]) -> Iterator[list[str | None]]:
    yield from rows
    for page in pages:
        yield from _rows(page["ResultSet"])


def _rows(result: Any) -> list[list[str | None]]:
    return [[datum.get("VarCharValue") for datum in row["Data"]] for row in result.get("Rows", ())]
