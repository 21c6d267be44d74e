"""The common form, one message with one value, in one typed step: a third of the general path's time.

The type is generated from the table of names. A field that it does not know makes it fail, and the general path
decides: so a name that is in the table and not in this type still has its meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from lambda_src.common.readings import fields
from lambda_src.common.readings.names import HOUSEKEEPING, Slot, spellings_of
from lambda_src.common.readings.numbers import EXACT_BELOW
from lambda_src.common.readings.quality import parse_quality
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sensor_names import parse_sensor_type
from lambda_src.common.readings.times import parse_timestamp

if TYPE_CHECKING:
    from lambda_src.common.readings.context import DecodeContext

_SLOTS: tuple[tuple[str, str, int, Any], ...] = (
    ("device", Slot.DEVICE, 3, str),
    ("type", Slot.TYPE, 2, str),
    ("value", Slot.VALUE, 1, float),
    ("time", Slot.TIME, 4, float | str),
    ("line", Slot.LINE, 2, str),
    ("unit", Slot.UNIT, 1, str),
    ("quality", Slot.QUALITY, 1, str),
    ("metadata", Slot.METADATA, 1, dict[str, object]),
)
"""A prefix of attributes, and how many of the role's spellings get one, the preferred ones first. A value of another
type takes the general path."""


def _single_type() -> type[msgspec.Struct]:
    known = [
        (f"{prefix}{place}", kind | None, msgspec.field(default=None, name=spelling))
        for prefix, role, size, kind in _SLOTS
        for place, spelling in enumerate(spellings_of(role)[:size])
    ]
    skipped = [(f"skipped_{name}", object, msgspec.field(default=None, name=name)) for name in HOUSEKEEPING]
    return msgspec.defstruct("Single", known + skipped, gc=False, forbid_unknown_fields=True)


_decode = msgspec.json.Decoder(_single_type()).decode


def read_single(payload: bytes, context: DecodeContext) -> Reading | None:
    """The common form in one typed step, or None: then the general path decides and finds the reason.

    Leaves out text with escapes or outside of ASCII: msgspec does not check the text of fields that it skips.
    """
    if b'"value"' not in payload or b"\\" in payload or not payload.isascii():
        return None
    try:
        message: Any = _decode(payload)
        value, time = message.value0, message.time0
        if time is None and (time := message.time1) is None and (time := message.time2) is None:
            time = message.time3
        if value is None or not -EXACT_BELOW < value < EXACT_BELOW or (time is None and context.listed):
            return None
        metadata, quality, known = message.metadata0, message.quality0, context.device_id
        line, unit = message.line0 or message.line1, message.unit0
        claimed = message.device0 or message.device1 or message.device2
        own = claimed is not None and (known is None or claimed == known)
        return Reading(
            fields.parse_device_text(claimed) if own else context.device_of(claimed),
            parse_sensor_type(message.type0 or message.type1),
            value + 0.0,
            parse_timestamp(time, context.arrived_ms),
            context.arrived_ms,
            fields.parse_production_line(line) if line else None,
            metadata and fields.parse_metadata(metadata),
            fields.parse_unit(unit) if unit else None,
            "good" if quality is None else parse_quality(quality),
        )
    except (msgspec.DecodeError, RecursionError, RuleBrokenError):
        return None
