"""The HTTP API as a reader: query results, and the table of original messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.reading import Identity
from local.errors import RunError
from local.ledger.expected import everything
from local.ledger.once import Once
from local.ledger.tables import scan

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from local.endpoints import Clients
    from local.ledger.account import Stored
    from local.ledger.stores import LedgerSources

PAGE = 1_000
"""Maximum items per page."""


class Gets(Protocol):
    """The only method of `ops.http.SignedHttp` that is needed."""

    def request(self, method: str, path: str, query: Mapping[str, object]) -> Any: ...


class MessagesReader:
    """The table of original HTTP messages: the readings in each. A repeated request is in it twice.

    `senders` are the devices that send over HTTP.
    """

    name = "dynamodb_raw"
    repeats = 0

    def __init__(self, clients: Clients, table: str, senders: Collection[str]) -> None:
        self._clients = clients
        self._table = table
        self._senders = senders

    def expected(self, sent: Mapping[Identity, float]) -> Mapping[Identity, float]:
        """Return the readings of the senders."""
        return {identity: value for identity, value in sent.items() if identity.device_id in self._senders}

    def count(self) -> int:
        return sum(int(item["readings"]["N"]) for item in scan(self._clients, self._table))

    def read(self) -> list[Stored]:
        once = Once()
        readings = once.of(self._copies())
        self.repeats = once.repeats
        return readings

    def _copies(self) -> Iterator[tuple[float, Stored]]:
        for item in scan(self._clients, self._table):
            message, arrived_ms = item["message"]["S"].encode(), int(item["arrived_ms"]["N"])
            for reading in decode(message, arrived_ms=arrived_ms).readings:
                yield arrived_ms, (reading.identity, reading.value)


class QueryReader:
    """The readings of ``GET /query``, page by page and device by device.

    Raises `RunError` if one is repeated or out of order. It is read at the end, because counting would mean reading.
    """

    name = "http_query"
    repeats = 0
    expected = staticmethod(everything)

    def __init__(self, http: Gets, sent: Mapping[Identity, float]) -> None:
        self._http = http
        self._sent = sent
        self.pages = 0

    def read(self) -> Iterable[Stored]:
        times: dict[str, list[int]] = {}
        for device_id, _, time in self._sent:
            times.setdefault(device_id, []).append(time)
        for device_id, own in sorted(times.items()):
            yield from self._device(device_id, min(own), max(own) + 1)

    def _device(self, device_id: str, start_ms: int, end_ms: int) -> Iterator[Stored]:
        query: dict[str, object] = {"device_id": device_id, "from": start_ms, "to": end_ms, "limit": PAGE}
        last = (0, "")
        while True:
            page = self._page(query)
            for item in page["items"]:
                position = (item["timestamp_ms"], item["sensor_type"])
                if position <= last:
                    raise RunError(f"GET /query: {device_id}: {position} follows {last}")
                last = position
                yield Identity(device_id, item["sensor_type"], item["timestamp_ms"]), item["value"]
            if page["next_token"] is None:
                return
            query["next_token"] = page["next_token"]

    def _page(self, query: Mapping[str, object]) -> Any:
        answer = self._http.request("GET", "/query", query)
        if answer.status != 200:
            raise RunError(f"GET /query: {answer.status}: {answer.body[:300]!r}")
        self.pages += 1
        return answer.json()


def open_reader(sources: LedgerSources) -> MessagesReader | None:
    table = sources.outputs.get("raw_table")
    return MessagesReader(sources.clients, table, sources.applications) if table else None
