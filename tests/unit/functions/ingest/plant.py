"""One deployment's ingest on fakes: what is sent to it, and what there is afterwards."""

from __future__ import annotations

import json
from typing import Any

from lambda_src.common.http.respond import respond
from lambda_src.common.ingest.ingest import Ingested, IngestParts, ingest
from lambda_src.common.ingest.raw import RawTable
from lambda_src.common.ingest.requests import RequestTable
from lambda_src.common.telemetry import logger
from lambda_src.common.transport.stream_sink import StreamSink
from tests.unit.functions.bridge.factories import processed
from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.factories import deadline
from tests.unit.functions.http_events import http_event
from tests.unit.functions.ingest.fakes import FakeTables


class Plant:
    """``tables`` and ``kinesis`` are replaced or scripted by the tests of faults."""

    def __init__(
        self, *, tables: FakeTables | None = None, sink: Any = None, step: Any = None, kept_days: int = 30
    ) -> None:
        self.tables = tables or FakeTables()
        self.kinesis = FakeKinesis()
        self.sink = sink
        self.step = step
        self.kept_days = kept_days
        self.last: Ingested | None = None

    def post(self, body: Any, /, *, key: str | None = None, most: int = 500, **changes: Any) -> Any:
        """Send a body and get the answer; ``body`` that is neither text nor bytes is sent as JSON."""
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        headers = changes.pop("headers", {"Content-Type": "application/json"})
        if key is not None:
            headers = headers | {"Idempotency-Key": key}
        self.last = None

        def take(request):
            self.last = ingest(request, self.parts(), most_readings=most, deadline=deadline())
            return self.last.answer

        event = http_event(body=text, headers=headers, **changes)
        return respond(event, {"/ingest": {"POST": take}}, logger("ingest-plant"))

    def parts(self) -> IngestParts:
        tables: Any = self.tables
        kinesis: Any = self.kinesis
        return IngestParts(
            RequestTable(tables, "requests"),
            RawTable(tables, "raw", kept_days=self.kept_days),
            self.step,
            self.sink or StreamSink(kinesis, "iot"),
        )

    def sent(self) -> list[Any]:
        """The readings that the processor finds in the stream; what it would refuse is a fault here."""
        decoded = processed(*(data for _, data in self.kinesis.records))
        assert decoded.rejects == []
        return decoded.readings

    def kept(self) -> list[dict[str, Any]]:
        """The items of the raw table, as plain values."""
        return [{name: next(iter(value.values())) for name, value in item.items()} for item in self.tables.raw.values()]
