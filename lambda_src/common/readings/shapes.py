"""How payloads hold messages if no format describes them: one, an array, NDJSON, or an object with ``readings``.

An array in ``readings`` takes its device, line, time, sensor type, unit, quality and metadata from the object around it
where an element has none of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings import fields, forms
from lambda_src.common.readings.decoded import MAX_READINGS, Collector, TooLargeError
from lambda_src.common.readings.json_text import UNREADABLE, elements_of, fields_of, is_json, value_of, why
from lambda_src.common.readings.labels import label_fields
from lambda_src.common.readings.names import Slot, meaning_of
from lambda_src.common.readings.own_quality import worst_quality
from lambda_src.common.readings.quality import is_negated
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.single import read_single

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.context import DecodeContext

_INHERITED = frozenset(
    (
        Slot.DEVICE,
        Slot.LINE,
        Slot.TIME,
        Slot.TYPE,
        Slot.UNIT,
        Slot.QUALITY,
        Slot.METADATA,
    )
)


def read_payload(collector: Collector, payload: bytes, text: bytes, context: DecodeContext) -> None:
    """Read a payload that is JSON; ``text`` is the payload without padding, ``payload`` is kept if all is refused.

    Raises `RuleBrokenError` where the payload breaks a rule as a whole, `TooLargeError` where it holds too much.
    """
    if not text:
        raise RuleBrokenError(Reason.EMPTY, "the payload is empty")
    lines = lines_of(text)
    if lines:
        _read_each(collector, lines, context)
    elif text.startswith(b"["):
        _read_array(collector, text, context)
    elif not _read_batch(collector, payload, text, context):
        _read_one(collector, text, payload, context, None)


def list_of(text: bytes) -> list[bytes]:
    """What positions in this payload point to; empty if it is no list."""
    lines = lines_of(text)
    if lines:
        return lines
    try:
        if text.startswith(b"["):
            return elements_of(text)
        key, parts = _batch_parts(text)
        return [] if key is None else elements_of(parts[key])
    except UNREADABLE:
        return []


def lines_of(text: bytes) -> list[bytes]:
    """The lines of NDJSON; none if the text is one JSON value over several lines, or no line is an object."""
    if b"\n" not in text:
        return []
    lines = [line.strip() for line in text.split(b"\n") if line.strip()]
    if is_json(text) or not any(line[:1] == b"{" and is_json(line) for line in lines):
        return []
    return lines


def _read_array(collector: Collector, text: bytes, context: DecodeContext) -> None:
    try:
        elements = elements_of(text)
    except UNREADABLE as error:
        raise why(error) from error
    if not elements:
        raise RuleBrokenError(Reason.EMPTY, "the array is empty")
    _read_each(collector, elements, context)


def _read_each(collector: Collector, elements: Sequence[bytes], context: DecodeContext) -> None:
    if len(elements) > MAX_READINGS:
        raise TooLargeError
    context = context._replace(listed=True)
    typed = not (context.defaults or context.thorough)
    for position, element in enumerate(elements):
        reading = read_single(element, context) if typed else None
        if reading is None:
            _read_one(collector, element, element, context, position)
        else:
            collector.take_reading(reading, position)


def _read_one(collector: Collector, text: bytes, payload: bytes, context: DecodeContext, position: int | None) -> None:
    """One JSON object; ``position`` is its place in the list around it, None if it is the payload."""
    try:
        message = value_of(text)
        if not isinstance(message, dict):
            raise RuleBrokenError(Reason.NOT_AN_OBJECT, "the message must be a JSON object")
        collector.take(forms.read_message(message, context), payload, position)
    except RuleBrokenError as error:
        collector.refuse(error, payload, position)


def _batch_parts(text: bytes) -> tuple[str | None, dict[str, bytes]]:
    """The fields of an object that has ``readings``, each as it stands there, and that field's spelling."""
    if b'eadings"' not in text and b"\\" not in text and b'EADINGS"' not in text:
        return None, {}
    parts = fields_of(text)
    return next((name for name in parts if (found := meaning_of(name)) and found.role is Slot.BATCH), None), parts


def _read_batch(collector: Collector, payload: bytes, text: bytes, context: DecodeContext) -> bool:
    """Read ``{"device_id", "readings": [...]}`` element by element; False if it is another shape.

    The object's other fields are decoded one by one: an error in an element is charged to that element alone.
    """
    try:
        key, parts = _batch_parts(text)
        if key is None:
            return False
        elements = elements_of(parts.pop(key))
    except UNREADABLE:
        return False
    inside, errors, skipped = _inside({name: value_of(part) for name, part in parts.items()}, context)
    if not elements:
        raise RuleBrokenError(Reason.EMPTY, "readings is empty")
    collector.skip(skipped)
    for error in errors:
        collector.refuse(error, payload, None)
    _read_each(collector, elements, inside)
    return True


def _inside(
    envelope: dict[str, object], context: DecodeContext
) -> tuple[DecodeContext, list[RuleBrokenError], list[str]]:
    """The context of the elements, and what becomes of the fields that are not theirs; raises `RuleBrokenError` for a
    device that the sender may not speak for and for a part that nobody can read.
    """
    labels = label_fields(envelope)
    if Slot.DEVICE in labels.values:
        context.device_of(labels.values[Slot.DEVICE])
    forms.refuse_unread(labels, timed=True, arrived_ms=context.arrived_ms)
    defaults = {role: value for role, value in labels.values.items() if role in _INHERITED}
    if len(labels.qualities) > 1 or any(is_negated(name) for name, _ in labels.qualities):
        defaults[Slot.QUALITY] = worst_quality("good", labels.qualities)
    fields.parse_metadata(defaults.get(Slot.METADATA))
    others = [labels.names[role][0] for role in labels.values if role not in _INHERITED]
    errors = [forms.unread_field(key) for key in (*(key for key, _ in labels.rest), *others)]
    return context._replace(defaults=defaults), errors, labels.skipped
