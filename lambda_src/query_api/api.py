"""The routes of the query API."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from lambda_src.common.aws.objects import iso
from lambda_src.common.http.answers import answer
from lambda_src.common.http.errors import HttpError
from lambda_src.common.readings.reading import Quality  # msgspec resolves it at run time
from lambda_src.common.readings.units import enrich
from lambda_src.query_api.devices import DeviceReader, DevicesPosition
from lambda_src.query_api.parameters import check_names, read_device_id, read_devices_query, read_readings_query
from lambda_src.query_api.processed import ReadingsPosition, RunPages
from lambda_src.query_api.raw import RawPages, RawPosition
from lambda_src.query_api.times import Span, pin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.http.answers import HttpAnswer
    from lambda_src.common.http.respond import Routes
    from lambda_src.common.http.wire import Request
    from lambda_src.common.runs import StoredReading
    from lambda_src.common.runtime_config import ConfigSource
    from lambda_src.common.telemetry import Counters
    from lambda_src.query_api.parameters import ReadingsQuery
    from lambda_src.query_api.tokens import Tokens

T = TypeVar("T")

DEFAULT_LIMIT = 100
"""Items per page if neither the query nor the runtime configuration says."""


class ProcessedReading(msgspec.Struct, frozen=True, omit_defaults=True):
    """A processed reading in a response: the value as sent, and a temperature also in both other units."""

    device_id: str
    sensor_type: str
    timestamp_ms: int
    timestamp: str
    value: float
    is_anomaly: bool
    arrived_ms: int
    unit: str | None = None
    celsius: float | None = None
    fahrenheit: float | None = None
    production_line: str | None = None
    quality: Quality = "good"
    """Left out if it is good."""
    metadata: msgspec.Raw | None = None


class QueryApi:
    """The routes. ``raw`` is None if the deployment keeps no messages."""

    def __init__(
        self,
        *,
        processed: RunPages,
        raw: RawPages | None,
        devices: DeviceReader,
        tokens: Tokens,
        config: ConfigSource,
        counters: Counters,
    ) -> None:
        self._processed = processed
        self._raw = raw
        self._devices = devices
        self._tokens = tokens
        self._config = config
        self._counters = counters
        self.routes: Routes = {
            "/query": {"GET": self._query},
            "/devices": {"GET": self._list_devices},
            "/devices/{device_id}": {"GET": self._show_device},
        }

    def _query(self, request: Request) -> HttpAnswer:
        query = read_readings_query(request.query, self._default_limit())
        if query.table == "raw":
            return self._query_raw(query, request.arrived_ms)
        after = self._after(query.next_token, query.fingerprint, ReadingsPosition, request.arrived_ms)
        span = _span(query, after, request.arrived_ms)
        page = self._processed.page(query, span, after)
        return self._page([_item(r) for r in page.readings], page.following, query.fingerprint, request.arrived_ms)

    def _query_raw(self, query: ReadingsQuery, now_ms: int) -> HttpAnswer:
        if self._raw is None:
            raise HttpError(400, "invalid_table", "This deployment does not keep raw messages; use table=processed.")
        after = self._after(query.next_token, query.fingerprint, RawPosition, now_ms)
        page = self._raw.page(query, _span(query, after, now_ms), after)
        return self._page(page.messages, page.following, query.fingerprint, now_ms)

    def _list_devices(self, request: Request) -> HttpAnswer:
        query = read_devices_query(request.query, self._default_limit(), self._devices.words)
        after = self._after(query.next_token, query.fingerprint, DevicesPosition, request.arrived_ms)
        page = self._devices.page(query, after)
        return self._page(page.devices, page.following, query.fingerprint, request.arrived_ms)

    def _show_device(self, request: Request) -> HttpAnswer:
        check_names(request.query, ())
        device = self._devices.get(read_device_id(request.path_params["device_id"]))
        if device is None:
            raise HttpError(404, "device_not_found", "The device is unknown; it has never sent a reading.")
        self._counters.emit({"Queries": 1, "ItemsReturned": 1})
        return answer(200, device)

    def _default_limit(self) -> int:
        return self._config.current().query_limit or DEFAULT_LIMIT

    def _after(self, token: str | None, fingerprint: str, kind: type[T], now_ms: int) -> T | None:
        return None if token is None else self._tokens.read(token, fingerprint, kind, now_ms)

    def _page(self, items: Sequence[object], following: object, fingerprint: str, now_ms: int) -> HttpAnswer:
        token = None if following is None else self._tokens.issue(fingerprint, following, now_ms)
        self._counters.emit({"Queries": 1, "ItemsReturned": len(items)})
        return answer(200, {"items": items, "count": len(items), "next_token": token})


def _span(query: ReadingsQuery, after: ReadingsPosition | RawPosition | None, now_ms: int) -> Span:
    """Return the period of all pages of a query: the first page fixes ``now`` for the others."""
    if after is not None:
        return Span(after.start_ms, after.end_ms)
    return pin(query.start_ms, query.end_ms, now_ms)


def _item(reading: StoredReading) -> ProcessedReading:
    return ProcessedReading(
        reading.device_id,
        reading.sensor_type,
        reading.timestamp_ms,
        iso(reading.timestamp_ms),
        reading.value,
        reading.is_anomaly,
        reading.arrived_ms,
        reading.unit,
        production_line=reading.production_line,
        quality=reading.quality,
        metadata=None if reading.metadata is None else msgspec.Raw(reading.metadata.encode()),
        **enrich(reading.sensor_type, reading.value, reading.unit),
    )
