"""A device's shadow, reported and desired, beside the state from its readings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from lambda_src.common.aws.objects import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ops.cloud import Cloud

COLUMNS = ("KEY", "STATE", "REPORTED", "DESIRED", "PENDING")
"""Pending is desired but not yet reported by the device."""


def shadow_of(device: str, cloud: Cloud) -> dict[str, Any] | None:
    """Return ``reported``, ``desired``, ``version`` and ``updated`` (ISO 8601), or None if there is no shadow."""
    try:
        payload = cloud.iot_data.get_thing_shadow(thingName=device)["payload"].read()
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        return None
    document = json.loads(payload)
    state = document.get("state") or {}
    return {
        "reported": state.get("reported") or {},
        "desired": state.get("desired") or {},
        "version": document["version"],
        "updated": iso(document["timestamp"] * 1000),
    }


def side_by_side(state: Mapping[str, Any], shadow: Mapping[str, Any] | None) -> list[tuple[str, ...]]:
    """Return the rows for a table under `COLUMNS`: status, sensors, and the shadow's values by name."""
    reported = dict(_flat((shadow or {}).get("reported", {})))
    desired = dict(_flat((shadow or {}).get("desired", {})))
    ours = {name: f"{last['value']:g}" for name, last in state.get("sensors", {}).items()}
    if "status" in state:
        ours["status"] = state["status"]
    keys = sorted({*ours, *reported, *desired}, key=lambda key: (key != "status", key))
    return [
        (
            key,
            ours.get(key, ""),
            reported.get(key, ""),
            desired.get(key, ""),
            "yes" if key in desired and desired[key] != reported.get(key) else "",
        )
        for key in keys
    ]


def _flat(values: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield nested objects as ``above.key``: text unchanged, other values as JSON."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value if isinstance(value, str) else json.dumps(value)
