"""The allow list and the device states."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer

from lambda_src.common.aws.objects import iso
from lambda_src.common.device_status import StatusWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ops.cloud import Cloud

Item = dict[str, Any]
KEYS_PER_CALL = 100
"""Limit of BatchGetItem."""


class DeviceAllowList:
    """Serial numbers that may register, have registered, or must never register."""

    def __init__(self, cloud: Cloud) -> None:
        self._client = cloud.dynamodb
        self._table = cloud.outputs.need("allowed_devices_table")
        self._now_ms = cloud.now_ms

    def allow(self, serial_number: str, note: str | None) -> Item:
        """Write an entry. Returns the entry that it replaces."""
        entry = {"serial_number": serial_number, "status": "ALLOWED", "allowed_at": iso(self._now_ms())}
        if note:
            entry["note"] = note
        answer = self._client.put_item(
            TableName=self._table, Item={name: {"S": value} for name, value in entry.items()}, ReturnValues="ALL_OLD"
        )
        return _plain_item(answer.get("Attributes", {}))

    def revoke(self, serial_number: str) -> None:
        """Mark a serial number as revoked, even without an entry, so that it cannot register later."""
        self._client.update_item(
            TableName=self._table,
            Key={"serial_number": {"S": serial_number}},
            UpdateExpression="SET #status = :revoked",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={":revoked": {"S": "REVOKED"}},
        )

    def remove(self, serial_number: str) -> None:
        """Delete the entry; without one a serial number cannot register."""
        self._client.delete_item(TableName=self._table, Key={"serial_number": {"S": serial_number}})

    def entry(self, serial_number: str) -> Item:
        """Return the entry, or an empty one."""
        key: Any = {"serial_number": {"S": serial_number}}
        return _plain_item(self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item", {}))


class States:
    """The device states that the processor and the presence function write."""

    def __init__(self, cloud: Cloud) -> None:
        self._client = cloud.dynamodb
        self._table = cloud.outputs.need("devices_table")
        self._words = StatusWords(json.loads(cloud.outputs.find("device_status_words") or "{}"))

    def remove(self, device: str) -> None:
        """Forget the device, so that nothing reports it as silent."""
        self._client.delete_item(TableName=self._table, Key={"device_id": {"S": device}})

    def of(self, devices: Iterable[str]) -> dict[str, Item]:
        """Return the states by device id, with the status in the deployment's words. A device that never sent anything
        has none.
        """
        left: list[Any] = [{"device_id": {"S": device}} for device in devices]
        found: dict[str, Item] = {}
        while left:
            answer = self._client.batch_get_item(RequestItems={self._table: {"Keys": left[:KEYS_PER_CALL]}})
            for item in map(_plain_item, answer["Responses"].get(self._table, ())):
                found[item["device_id"]] = {**item, "status": self._words.word(item["status"])}
            unread = answer.get("UnprocessedKeys", {}).get(self._table)
            left = [*(unread["Keys"] if unread else ()), *left[KEYS_PER_CALL:]]
        return found


def last_seen(state: Item) -> str:
    """Return the time as ISO 8601, or an empty text for a device that never sent anything."""
    return iso(state["last_seen_ms"]) if "last_seen_ms" in state else ""


def _plain_item(item: Mapping[str, Any]) -> Item:
    read = TypeDeserializer().deserialize
    return {name: _plain(read(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    """Return numbers and containers as JSON has them."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
