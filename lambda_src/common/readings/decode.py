"""From a payload's bytes to readings: every input form, every rule, and no exception whatever the bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambda_src.common.readings import forms
from lambda_src.common.readings.rejects import Reason, Reject, RuleBrokenError
from lambda_src.common.readings.single import read_single

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.common.readings.reading import Reading


class Decoded(NamedTuple):
    """What a payload held. ``positions[i]`` is the index of the element that gave ``readings[i]``, or None."""

    readings: list[Reading]
    positions: list[int | None]
    rejects: list[Reject]


_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_elements = msgspec.json.Decoder(list[msgspec.Raw]).decode
_anything = msgspec.json.Decoder().decode
_skim = msgspec.json.Decoder(msgspec.Raw).decode

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def decode(payload: bytes, *, arrived_ms: int, device_id: str | None = None) -> Decoded:
    """Decode one payload: a message, an array, NDJSON, or ``{"device_id", "readings": [...]}``.

    ``arrived_ms`` is UTC milliseconds; ``device_id`` is the device that the transport vouches for.
    Never raises for what a payload may hold.
    """
    context = forms.DecodeContext(arrived_ms, device_id)
    reading = read_single(payload, context)
    if reading is not None:
        return Decoded([reading], [None], [])
    result = Decoded([], [], [])
    text = payload.strip()
    if not text:
        _reject(result, Reason.EMPTY, "the payload is empty", payload, None)
    elif b"\n" in text and (lines := _lines(text)):
        _each(result, lines, context)
    elif text.startswith(b"["):
        _array(result, payload, context)
    elif not _batch(result, payload, context):
        _message(result, payload, context, None)
    return result


def elements(payload: bytes) -> list[bytes]:
    """What the positions of this payload's readings and rejects point to; empty where it is no list.

    Never raises for what a payload may hold.
    """
    text = payload.strip()
    if b"\n" in text and (lines := _lines(text)):
        return lines
    try:
        found = _elements(payload) if text.startswith(b"[") else _elements(_parts(payload)["readings"])
    except (*_UNREADABLE, KeyError):
        return []
    return list(map(bytes, found))


def _array(result: Decoded, payload: bytes, context: forms.DecodeContext) -> None:
    try:
        elements = _elements(payload)
    except _UNREADABLE as error:
        _reject(result, *_why(error), payload, None)
        return
    if not elements:
        _reject(result, Reason.EMPTY, "the array is empty", payload, None)
    _each(result, map(bytes, elements), context)


def _lines(text: bytes) -> list[bytes]:
    """The lines of NDJSON; none where the text is one JSON value over several lines, or no line an object."""
    lines = [line.strip() for line in text.split(b"\n") if line.strip()]
    if _is_json(text) or not any(line[:1] == b"{" and _is_json(line) for line in lines):
        return []
    return lines


def _is_json(text: bytes) -> bool:
    try:
        _skim(text)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _each(result: Decoded, elements: Iterable[bytes], context: forms.DecodeContext) -> None:
    for position, element in enumerate(elements):
        reading = None if context.has_defaults else read_single(element, context)
        if reading is None:
            _message(result, element, context, position)
        else:
            result.readings.append(reading)
            result.positions.append(position)


def _message(result: Decoded, payload: bytes, context: forms.DecodeContext, position: int | None) -> None:
    """One JSON object; ``position`` is its place in the list around it, None where it is the payload."""
    try:
        for outcome in forms.read_message(_object(payload), context):
            if isinstance(outcome, RuleBrokenError):
                _reject(result, outcome.reason, outcome.detail, payload, position)
            else:
                result.readings.append(outcome)
                result.positions.append(position)
    except RuleBrokenError as error:
        _reject(result, error.reason, error.detail, payload, position)


def _object(payload: bytes) -> dict[str, object]:
    message = _value(payload)
    if not isinstance(message, dict):
        raise RuleBrokenError(Reason.NOT_AN_OBJECT, "the message is no JSON object")
    return message


def _value(text: bytes) -> object:
    try:
        text.decode()
        return _anything(text)
    except _UNREADABLE as error:
        raise RuleBrokenError(*_why(error)) from error


def _batch(result: Decoded, payload: bytes, context: forms.DecodeContext) -> bool:
    """Read ``{"device_id", "readings": [...]}`` element by element; False where it is another shape."""
    if b'"readings"' not in payload and b"\\" not in payload:
        return False
    try:
        # The envelope's other fields one by one: a flaw in an element is charged to that element alone.
        parts = _parts(payload)
        elements = list(map(bytes, _elements(parts.pop("readings"))))
    except (*_UNREADABLE, KeyError):
        return False
    try:
        inside = context.inside({key: _value(bytes(part)) for key, part in parts.items()})
        if not elements:
            raise RuleBrokenError(Reason.EMPTY, "readings is empty")
    except RuleBrokenError as error:
        _reject(result, error.reason, error.detail, payload, None)
    else:
        _each(result, elements, inside)
    return True


def _reject(result: Decoded, reason: Reason, detail: str, payload: bytes, position: int | None) -> None:
    result.rejects.append(Reject(reason, detail, payload, position))


def _why(error: Exception) -> tuple[Reason, str]:
    """The reason for what msgspec or the UTF-8 codec says of a text."""
    if isinstance(error, UnicodeDecodeError):
        return Reason.INVALID_UTF8, "the text is not UTF-8"
    if isinstance(error, RecursionError):
        return Reason.TOO_DEEP, "the JSON is nested too deeply"
    if isinstance(error, msgspec.ValidationError):
        return Reason.INVALID_VALUE, "a number is out of range"
    return Reason.INVALID_JSON, f"the text is not JSON: {error}"
