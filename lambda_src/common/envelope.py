"""The envelope that the topic rule and the bridge put around what devices say.

``{"envelope": 1, "device", "arrived_ms", "payload"}`` carries one message's bytes as base64, ``readings`` in place of
``payload`` carries many readings of the device. Device and arrival come from the broker, never from the device; an
envelope can only be written by who may write to the stream.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import msgspec

from lambda_src.common import fields
from lambda_src.common.decode import Decoded, decode
from lambda_src.common.reading import Reading
from lambda_src.common.rejects import Reason, Reject, RuleBrokenError

MARK = b'"envelope"'
"""Bytes without it are no envelope; with it they may be one."""
START = b"{" + MARK
"""How the rule's SQL and the bridge begin one. The order is not promised, so that others may be envelopes too."""

_LATEST_MS = 253_402_300_799_999
"""9999-12-31T23:59:59.999Z, the last moment that has a date."""

Moment = Annotated[int, msgspec.Meta(ge=fields.OLDEST_MS, le=_LATEST_MS)]


class _Envelope(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    envelope: Literal[1]
    device: str
    arrived_ms: Moment
    payload: bytes | None = None
    readings: list[msgspec.Raw] | None = None
    client: str | None = None
    topic: str | None = None

    def __post_init__(self) -> None:
        if (self.payload is None) == (self.readings is None):
            raise ValueError("an envelope has either payload or readings")


class _Element(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One of ``readings``, as the bridge normalised it; ``arrived_ms`` is that of its own message."""

    sensor_type: str
    value: float
    timestamp_ms: int
    arrived_ms: Moment
    production_line: str | None = None
    metadata: dict[str, object] | None = None


class Opened(NamedTuple):
    """``payload`` is what the device sent where it could be taken out, else all that came."""

    payload: bytes
    decoded: Decoded


_decode = msgspec.json.Decoder(_Envelope).decode
_decode_element = msgspec.json.Decoder(_Element).decode
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def open_envelope(data: bytes, *, arrived_ms: int) -> Opened:
    """Decode bytes that contain `MARK`; never raises for what they may hold.

    ``arrived_ms`` counts only for a payload that has the mark somewhere inside and is no envelope.
    """
    try:
        envelope = _decode(data)
    except _UNREADABLE as error:
        if not _claims_to_be_one(data):
            return Opened(data, decode(data, arrived_ms=arrived_ms))
        return _refused(data, Reason.INVALID_ENVELOPE, f"the envelope is broken: {error}")
    payload = data if envelope.payload is None else envelope.payload
    try:
        device = fields.clean_device_id(envelope.device)
    except RuleBrokenError as error:
        return _refused(payload, error.reason, error.detail)
    if envelope.readings is not None:
        return Opened(data, _elements(envelope.readings, device))
    return Opened(payload, decode(payload, arrived_ms=envelope.arrived_ms, device_id=device))


def _claims_to_be_one(data: bytes) -> bool:
    """Whether broken bytes were meant as an envelope: a machine may well measure something called ``envelope``."""
    try:
        parts = _parts(data)
    except _UNREADABLE:
        return data.lstrip().startswith(START)
    return "envelope" in parts and not parts.keys().isdisjoint(("device", "payload"))


def _refused(payload: bytes, reason: Reason, detail: str) -> Opened:
    return Opened(payload, Decoded([], [], [Reject(reason, detail, payload)]))


def _elements(elements: list[msgspec.Raw], device: str) -> Decoded:
    result = Decoded([], [], [])
    if not elements:
        result.rejects.append(Reject(Reason.EMPTY, "readings is empty", b"[]"))
    for position, element in enumerate(elements):
        try:
            reading = _reading(element, device)
        except RuleBrokenError as error:
            result.rejects.append(Reject(error.reason, error.detail, bytes(element), position))
        else:
            result.readings.append(reading)
            result.positions.append(position)
    return result


def _reading(element: msgspec.Raw, device: str) -> Reading:
    try:
        found = _decode_element(element)
    except _UNREADABLE as error:
        raise RuleBrokenError(Reason.INVALID_ENVELOPE, f"the reading in the envelope is broken: {error}") from error
    return Reading(
        device,
        fields.clean_sensor_type(found.sensor_type),
        fields.clean_value(found.value),
        fields.check_timestamp(found.timestamp_ms, found.arrived_ms),
        found.arrived_ms,
        fields.clean_production_line(found.production_line),
        fields.clean_metadata(found.metadata),
    )
