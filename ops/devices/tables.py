"""The allow-list and the device states, as the commands read and write them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from lambda_src.common.aws.objects import iso

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ops.cloud import Cloud

Item = dict[str, Any]
KEYS_PER_CALL = 100
"""The service's limit for BatchGetItem."""


class AllowListTable:
    """Serial numbers that may get, have got, or must never get a certificate through provisioning."""

    def __init__(self, cloud: Cloud) -> None:
        self._client = cloud.dynamodb
        self._table = cloud.outputs.need("allowed_devices_table")
        self._now_ms = cloud.now_ms

    def allow(self, serial_number: str, note: str | None) -> Item:
        """Put an entry on the list as new; returns the one that it replaces."""
        entry = {"serial_number": serial_number, "status": "ALLOWED", "allowed_at": iso(self._now_ms())}
        if note:
            entry["note"] = note
        answer = self._client.put_item(
            TableName=self._table, Item={name: {"S": value} for name, value in entry.items()}, ReturnValues="ALL_OLD"
        )
        return _plain_item(answer.get("Attributes", {}))

    def revoke(self, serial_number: str) -> None:
        """Also where there was no entry: nobody is to put a revoked device on the list by provisioning it."""
        self._client.update_item(
            TableName=self._table,
            Key={"serial_number": {"S": serial_number}},
            UpdateExpression="SET #status = :revoked",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":revoked": {"S": "REVOKED"}},
        )

    def entry(self, serial_number: str) -> Item:
        """Empty where there is none."""
        key: Any = {"serial_number": {"S": serial_number}}
        return _plain_item(self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {}))


class States:
    """What the processor and presence know of devices."""

    def __init__(self, cloud: Cloud) -> None:
        self._client = cloud.dynamodb
        self._table = cloud.outputs.need("devices_table")

    def of(self, devices: Iterable[str]) -> dict[str, Item]:
        """States by device id; a device that never spoke has none."""
        left: list[Any] = [{"device_id": {"S": device}} for device in devices]
        found: dict[str, Item] = {}
        while left:
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": left[:KEYS_PER_CALL]}})
            for item in map(_plain_item, answer["Responses"].get(self._table, ())):
                found[item["device_id"]] = item
            unread = answer.get("UnprocessedKeys", {}).get(self._table)
            left = [*(unread["Keys"] if unread else ()), *left[KEYS_PER_CALL:]]
        return found


def last_seen(state: Item) -> str:
    """ISO 8601, or nothing for a device that never spoke."""
    return iso(state["last_seen_ms"]) if "last_seen_ms" in state else ""


def _plain_item(item: Mapping[str, Any]) -> Item:
    read = TypeDeserializer().deserialize
    return {name: _plain(read(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Numbers and containers as JSON has them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
