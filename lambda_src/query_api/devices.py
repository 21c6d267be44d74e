"""Read the devices and their states, one by one or by status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambda_src.common.aws.errors import temporary_failures
from lambda_src.common.aws.objects import iso
from lambda_src.common.device_index import BUCKETS, DeviceIndex, order_of
from lambda_src.query_api.size import Room

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambda_src.common.device_status import StatusWords
    from lambda_src.query_api.parameters import DevicesQuery

EARLIEST_MS, LATEST_MS = 0, 10**15
"""Bounds of every arrival, the latter in the year 33658."""


class LastReading(msgspec.Struct, frozen=True):
    value: float
    timestamp_ms: int
    severity: str


class OpenOutageView(msgspec.Struct, frozen=True):
    """A sensor that says that it has no value, since this time of the device."""

    since_ms: int
    since: str


class DeviceView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A device in a response.

    ``status`` is the deployment's word. ``interval_ms`` is the usual time between its readings, 0 while unknown.
    """

    device_id: str
    status: str
    last_seen_ms: int
    last_seen: str
    interval_ms: int
    sensors: dict[str, LastReading]
    production_line: str | None = None
    outages: dict[str, OpenOutageView] = {}


class DevicesPosition(msgspec.Struct, array_like=True, frozen=True):
    """A page starts after this device."""

    status: str
    heard_ms: int
    device_id: str


class DevicesPage(NamedTuple):
    devices: Sequence[DeviceView]
    following: DevicesPosition | None
    """None on the last page."""


class DeviceReader:
    """Reads the table of states. Methods raise `TemporaryFailureError` if a retry may help."""

    def __init__(self, client: DynamoDBClient, table: str, words: StatusWords) -> None:
        self._client = client
        self._table = table
        self._index = DeviceIndex(client, table)
        self.words = words

    def get(self, device_id: str) -> DeviceView | None:
        """Return a device's state, or None if it never sent anything."""
        with temporary_failures():
            answer = self._client.get_item(
                TableName=self._table, Key={"device_id": {"S": device_id}}, ConsistentRead=True
            )
        return self._view(answer["Item"]) if "Item" in answer else None

    def page(self, query: DevicesQuery, after: DevicesPosition | None) -> DevicesPage:
        """Return the devices of one status or of all, those silent for longest first.

        A device that sends meanwhile moves to the end of its status. It may appear twice, with its newer state, but no
        device is left out. A device whose status changes while pages are read may appear twice or not at all.
        """
        devices: list[DeviceView] = []
        room = Room()
        last: DevicesPosition | None = None
        for item in self._items(query, after):
            device = self._view(item)
            if len(devices) == query.limit or not room.takes(device):
                return DevicesPage(devices, last)
            devices.append(device)
            last = DevicesPosition(item["status"]["S"], *order_of(item))
        return DevicesPage(devices, None)

    def _items(self, query: DevicesQuery, after: DevicesPosition | None) -> Iterator[Mapping[str, Any]]:
        # The buckets of a status share the page, and one item more shows whether there is another page.
        page = query.limit // BUCKETS + 2
        # The position's status is one of the query's, because the token is bound to the query.
        for status in query.statuses[0 if after is None else query.statuses.index(after.status) :]:
            behind = after if after is not None and after.status == status else None
            first_ms = EARLIEST_MS if behind is None else behind.heard_ms
            for item in self._index.heard_between(status, first_ms, LATEST_MS, page=page):
                if behind is None or order_of(item) > (behind.heard_ms, behind.device_id):
                    yield item

    def _view(self, item: Mapping[str, Any]) -> DeviceView:
        last_seen_ms = int(item["last_seen_ms"]["N"])
        return DeviceView(
            item["device_id"]["S"],
            self.words.word(item["status"]["S"]),
            last_seen_ms,
            iso(last_seen_ms),
            int(item["interval_ms"]["N"]),
            {name: _last(reading["M"]) for name, reading in item["sensors"]["M"].items()},
            item["production_line"]["S"] if "production_line" in item else None,
            {name: _outage(outage["M"]) for name, outage in item.get("outages", {"M": {}})["M"].items()},
        )


def _outage(outage: Mapping[str, Any]) -> OpenOutageView:
    since_ms = int(outage["since_ms"]["N"])
    return OpenOutageView(since_ms, iso(since_ms))


def _last(reading: Mapping[str, Any]) -> LastReading:
    return LastReading(float(reading["value"]["N"]), int(reading["timestamp_ms"]["N"]), reading["severity"]["S"])
