"""An Athena that answers as a script says."""

from __future__ import annotations

from typing import Any

from tests.unit.functions.fakes import client_error


class _Pages:
    def __init__(self, pages: list[dict[str, Any]]) -> None:
        self._pages = pages

    def paginate(self, **_request: str) -> list[dict[str, Any]]:
        return self._pages


class FakeAthena:
    """``states`` are what a query is in, one after the other; its result has pages of rows."""

    def __init__(self) -> None:
        self.states: list[Any] = ["SUCCEEDED"]
        self.reason = ""
        self.kind = "DML"
        self.columns: list[str] = []
        self.pages: list[list[list[str | None]]] = [[]]
        self.queries = [
            {"Name": "uptime", "Description": "Of each device", "QueryString": "SELECT 2", "Database": "other"},
            {"Name": "gaps", "QueryString": "SELECT 3", "Database": "plant"},
        ]
        self.limit: int | None = 10**9
        self.started: list[dict[str, Any]] = []
        self.stopped: list[str] = []
        self.refusal = ""

    def answer(self, columns: list[str], *pages: list[list[str | None]]) -> None:
        """A SELECT's: its first page begins with the names of the columns."""
        self.columns = columns
        self.pages = [[[*columns], *pages[0]], *pages[1:]]

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        if self.refusal:
            raise client_error(self.refusal)
        self.started.append(request)
        return {"QueryExecutionId": "id-1"}

    def get_query_execution(self, *, QueryExecutionId: str) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        if isinstance(state, BaseException):
            raise state
        status = {"State": state} | ({"StateChangeReason": self.reason} if self.reason else {})
        return {
            "QueryExecution": {
                "QueryExecutionId": QueryExecutionId,
                "StatementType": self.kind,
                "Status": status,
                "Statistics": {"DataScannedInBytes": 12_345_678},
            }
        }

    def stop_query_execution(self, *, QueryExecutionId: str) -> None:  # noqa: N803
        self.stopped.append(QueryExecutionId)

    def get_work_group(self, *, WorkGroup: str) -> dict[str, Any]:  # noqa: N803
        limit = {} if self.limit is None else {"BytesScannedCutoffPerQuery": self.limit}
        return {"WorkGroup": {"Name": WorkGroup, "Configuration": limit}}

    def get_named_query(self, *, NamedQueryId: str) -> dict[str, Any]:  # noqa: N803
        return {"NamedQuery": self.queries[int(NamedQueryId)]}

    def get_paginator(self, operation: str) -> _Pages:
        if operation == "list_named_queries":
            return _Pages([{"NamedQueryIds": [str(n)]} for n in range(len(self.queries))])
        assert operation == "get_query_results"
        columns = {"ColumnInfo": [{"Name": name} for name in self.columns]}
        return _Pages([{"ResultSet": {"Rows": _rows(page), "ResultSetMetadata": columns}} for page in self.pages])


def _rows(page: list[list[str | None]]) -> list[dict[str, Any]]:
    return [{"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in page]
