"""The common form, one message with one value, in one typed step: a third of the general path's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings import fields
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.rejects import RuleBrokenError

if TYPE_CHECKING:
    from lambda_src.common.readings.forms import DecodeContext


class _Single(msgspec.Struct, gc=False):
    """A message with one value, typed, in any system's spelling; a field of another shape makes it fail."""

    device_id: str | None = None
    device_id_camel: str | None = msgspec.field(default=None, name="deviceId")
    sensor_id: str | None = None
    sensor_type: str | None = None
    sensor_type_camel: str | None = msgspec.field(default=None, name="sensorType")
    value: float | None = None
    timestamp: float | None = None
    timestamp_ms: float | None = None
    production_line: str | None = None
    production_line_camel: None = msgspec.field(default=None, name="productionLine")
    metadata: dict[str, object] | None = None
    unit: str | None = None
    sensor_data: None = None
    readings: None = None


_decode = msgspec.json.Decoder(_Single).decode


def read_single(payload: bytes, context: DecodeContext) -> Reading | None:
    """The common form in one typed step, or None: then the general path decides and finds the reason.

    Leaves out text with escapes or outside of ASCII: msgspec does not check the text of fields that it skips.
    """
    if not payload.isascii() or b"\\" in payload:
        return None
    try:
        message = _decode(payload)
        device = message.device_id or message.device_id_camel or message.sensor_id or context.device_id
        if message.value is None or not device or device != (context.device_id or device):
            return None
        return Reading(
            fields.parse_device_id(device),
            fields.parse_sensor_type(message.sensor_type or message.sensor_type_camel),
            message.value + 0.0,
            fields.parse_timestamp(
                message.timestamp if message.timestamp_ms is None else message.timestamp_ms,
                context.arrived_ms,
            ),
            context.arrived_ms,
            fields.parse_production_line(message.production_line),
            fields.parse_metadata(message.metadata),
            fields.parse_unit(message.unit),
        )
    except (msgspec.DecodeError, RecursionError, RuleBrokenError):
        return None
