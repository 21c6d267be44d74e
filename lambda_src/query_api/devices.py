"""Read the devices and their states, one by one or by status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from lambda_src.common.aws.errors import temporary_failures
from lambda_src.common.aws.objects import iso
from lambda_src.query_api.size import Room

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef

    from lambda_src.common.device_status import StatusWords
    from lambda_src.query_api.parameters import DevicesQuery

INDEX = "by-status"


class LastReading(msgspec.Struct, frozen=True):
    value: float
    timestamp_ms: int
    severity: str


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


class DevicesPosition(msgspec.Struct, array_like=True, frozen=True):
    """A page starts after this device."""

    status: str
    last_seen_ms: int
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
        last_status = ""
        for item in self._items(query, after):
            device = self._view(item)
            if len(devices) == query.limit or not room.takes(device):
                last = devices[-1]
                return DevicesPage(devices, DevicesPosition(last_status, last.last_seen_ms, last.device_id))
            devices.append(device)
            last_status = item["status"]["S"]
        return DevicesPage(devices, None)

    def _items(self, query: DevicesQuery, after: DevicesPosition | None) -> Iterator[Mapping[str, Any]]:
        # The position's status is one of the query's, because the token is bound to the query.
        for status in query.statuses[0 if after is None else query.statuses.index(after.status) :]:
            request: QueryInputTypeDef = {
                "TableName": self._table,
                "IndexName": INDEX,
                "KeyConditionExpression": "#status = :status",
                "ExpressionAttributeNames": {"#status": "status"},
                "ExpressionAttributeValues": {":status": {"S": status}},
                # One more than fits on the page shows whether there is another page.
                "Limit": query.limit + 1,
            }
            if after is not None and after.status == status:
                request["ExclusiveStartKey"] = {
                    "status": {"S": status},
                    "last_seen_ms": {"N": str(after.last_seen_ms)},
                    "device_id": {"S": after.device_id},
                }
            while True:
                with temporary_failures():
                    answer = self._client.query(**request)
                yield from answer["Items"]
                if "LastEvaluatedKey" not in answer:
                    break
                request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

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
        )


def _last(reading: Mapping[str, Any]) -> LastReading:
    return LastReading(float(reading["value"]["N"]), int(reading["timestamp_ms"]["N"]), reading["severity"]["S"])
