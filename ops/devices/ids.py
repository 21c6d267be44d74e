"""Device ids on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.fields import parse_device_id
from lambda_src.common.readings.rejects import RuleBrokenError
from ops.errors import InputError

if TYPE_CHECKING:
    from ops.outputs import Outputs


def device_id(text: str) -> str:
    """Return the text if it is a valid device id. Raises `InputError` that says what is allowed."""
    try:
        return parse_device_id(text)
    except RuleBrokenError as error:
        raise InputError(f"{text!r}: {error.detail}") from error


def new_device_id(text: str, outputs: Outputs) -> str:
    """Like `device_id`, for a new device. Its topics must not be the telemetry of another device."""
    device = device_id(text)
    reserved = (outputs.find("iot_reserved_devices") or "").split(",")
    if device in reserved:
        raise InputError(f"{text!r} is reserved: its topics would be another device's telemetry; use another id")
    return device
