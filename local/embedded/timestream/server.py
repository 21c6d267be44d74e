"""The WSGI application: writes and queries are handled here, everything else by moto."""

import json
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from threading import Lock
from typing import Any
from uuid import uuid4

from local.embedded.timestream.errors import ServiceError, not_found, rejected
from local.embedded.timestream.query import QueryEngine, Tables
from local.embedded.timestream.records import parse_records
from local.embedded.timestream.scheduled import ScheduledQueries
from local.embedded.timestream.table import Retention, SeriesTable

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]


class TimestreamServer:
    """moto's Timestream with AWS's rules for writes, and a Query API.

    It learns about tables and scheduled queries from moto's responses.
    """

    def __init__(self, moto: WsgiApp, now_ns: Callable[[], int] = time.time_ns) -> None:
        self._moto = moto
        self._now_ns = now_ns
        self._tables: Tables = {}
        self._engine = QueryEngine()
        self._scheduled = ScheduledQueries()
        self._lock = Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one HTTP request."""
        operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        own = {"WriteRecords": self._write, "Query": self._query, "ExecuteScheduledQuery": self._execute}
        ours = own.get(operation)
        try:
            if operation == "CreateScheduledQuery":
                self._scheduled.check(json.loads(body), self._now_ns() / 1e9, self._run)
            if ours is None:
                return self._forward(operation, body, environ, start_response)
            status, answer = 200, ours(json.loads(body))
        except ServiceError as error:
            status, answer = error.status, error.body
        return _respond(status, answer, start_response)

    def _write(self, request: dict[str, Any]) -> dict[str, Any]:
        records = parse_records(request)
        with self._lock:
            name = (request["DatabaseName"], request["TableName"])
            if name not in self._tables:
                raise not_found(f"table {'.'.join(name)}")
            ingested, refused = self._tables[name].write(records, self._now_ns())
        if refused:
            raise rejected(refused)
        return {"RecordsIngested": ingested}

    def _query(self, request: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            return self._engine.query(request, self._tables)

    def _execute(self, request: dict[str, Any]) -> dict[str, Any]:
        return self._scheduled.execute(request, self._run, self._write)

    def _run(self, sql: str) -> list[dict[str, Any]]:
        with self._lock:
            return self._engine.rows(sql, self._tables)

    def _forward(self, operation: str, body: bytes, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        statuses: list[str] = []

        def record_status(status: str, headers: Any, exc_info: Any = None) -> Any:
            statuses.append(status)
            return start_response(status, headers, exc_info)

        answer = b"".join(self._moto({**environ, "wsgi.input": BytesIO(body)}, record_status))
        if statuses[-1].startswith("200"):
            self._observe(operation, body, answer)
        return [answer]

    def _observe(self, operation: str, body: bytes, answer: bytes) -> None:
        if operation == "CreateScheduledQuery":
            self._scheduled.created(json.loads(answer)["Arn"], json.loads(body))
        elif operation == "DeleteScheduledQuery":
            self._scheduled.deleted(json.loads(body)["ScheduledQueryArn"])
        elif operation in {"CreateTable", "UpdateTable", "DeleteTable"}:
            self._observe_table(operation, json.loads(body), answer)

    def _observe_table(self, operation: str, request: dict[str, Any], answer: bytes) -> None:
        name = (request["DatabaseName"], request["TableName"])
        with self._lock:
            if operation == "DeleteTable":
                self._tables.pop(name, None)
                return
            retention = Retention.from_table(json.loads(answer)["Table"])
            if operation == "CreateTable":
                self._tables[name] = SeriesTable(retention)
            else:
                self._tables[name].retention = retention


def _respond(status: int, answer: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    payload = json.dumps(answer).encode()
    headers = [
        ("Content-Type", "application/x-amz-json-1.0"),
        ("Content-Length", str(len(payload))),
        ("x-amzn-RequestId", str(uuid4())),
    ]
    start_response(f"{status} {'OK' if status == 200 else 'Error'}", headers)
    return [payload]
