"""The ``devices`` table: states in and out, many per call. A write takes effect only on what it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.aws.versioned_items import Change, VersionedItems
from lambda_src.common.device_index import status_bucket
from lambda_src.processor.device_state import DeviceState, Last
from lambda_src.processor.sensor_outages import OpenOutage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.aws.versioned_items import Written


class DeviceTable:
    """All methods raise `TemporaryFailureError` where a repetition may help."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._items = VersionedItems(client, table, "device_id")

    def load(self, devices: Sequence[str], deadline: Deadline) -> dict[str, DeviceState]:
        """The states of those devices that the table knows."""
        return {device: _state(item) for device, item in self._items.load(devices, deadline).items()}

    def write(self, changes: Mapping[str, tuple[DeviceState | None, DeviceState]]) -> Written:
        """Replace each device's first state, None for an unknown device, by its second one."""
        return self._items.write({device: _change(device, *change) for device, change in changes.items()})


def _change(device_id: str, before: DeviceState | None, after: DeviceState) -> Change:
    expected, attributes = None, _attributes(device_id, after)
    if before is not None:
        expected = {"updated_ms": {"N": str(before.updated_ms)}, "status": {"S": before.status}}
        if before.outages and not after.outages:
            attributes["outages"] = {"M": {}}
    return Change(attributes, expected)


def _attributes(device_id: str, state: DeviceState) -> dict[str, Any]:
    values: dict[str, Any] = {
        "status_bucket": {"S": status_bucket(state.status, device_id)},
        "status": {"S": state.status},
        "last_seen_ms": {"N": str(state.last_seen_ms)},
        "interval_ms": {"N": str(state.interval_ms)},
        "sensors": {"M": {name: {"M": _sensor(last)} for name, last in state.sensors.items()}},
        "updated_ms": {"N": str(state.updated_ms)},
        "heard_ms": {"N": str(state.heard_ms)},
        "rhythm_ms": {"N": str(state.rhythm_ms)},
    }
    if state.production_line is not None:
        values["production_line"] = {"S": state.production_line}
    if state.outages:
        values["outages"] = {"M": {name: {"M": _outage(outage)} for name, outage in state.outages.items()}}
    return values


def _outage(outage: OpenOutage) -> dict[str, Any]:
    return {"since_ms": {"N": str(outage.since_ms)}, "latest_ms": {"N": str(outage.latest_ms)}}


def _sensor(last: Last) -> dict[str, Any]:
    return {
        "value": {"N": repr(last.value)},
        "timestamp_ms": {"N": str(last.timestamp_ms)},
        "severity": {"S": last.severity},
    }


def _state(item: Mapping[str, Any]) -> DeviceState:
    sensors = {
        name: Last(float(last["value"]["N"]), int(last["timestamp_ms"]["N"]), last["severity"]["S"])
        for name, last in ((name, found["M"]) for name, found in item["sensors"]["M"].items())
    }
    return DeviceState(
        item["status"]["S"],
        int(item["last_seen_ms"]["N"]),
        int(item["interval_ms"]["N"]),
        sensors,
        item["production_line"]["S"] if "production_line" in item else None,
        int(item["updated_ms"]["N"]),
        # Release 0.3 did not write these.
        int(item.get("heard_ms", item["updated_ms"])["N"]),
        int(item.get("rhythm_ms", item["interval_ms"])["N"]),
        {
            name: OpenOutage(int(outage["M"]["since_ms"]["N"]), int(outage["M"]["latest_ms"]["N"]))
            for name, outage in item.get("outages", {"M": {}})["M"].items()
        },
    )
