"""The envelope that the topic rule, the bridge and the HTTP functions put around what devices send.

``{"envelope": 1, "device", "arrived_ms", "payload"}`` carries one message's bytes as base64, ``readings`` in place of
``payload`` carries many readings of the device. Device and arrival come from the broker, never from the device; an
envelope can only be written by who may write to the stream.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

import msgspec

from lambda_src.common.readings import fields
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.decoded import Decoded, refused
from lambda_src.common.readings.numbers import parse_value
from lambda_src.common.readings.reading import Outage, Quality, Reading
from lambda_src.common.readings.rejects import Reason, Reject, RuleBrokenError
from lambda_src.common.readings.rules import ANYWHERE, NO_RULES, DecodeRules, Source
from lambda_src.common.readings.sensor_names import check_sensor_type
from lambda_src.common.readings.times import LATEST_MS, OLDEST_MS, check_timestamp

MARK = b'"envelope"'
"""Bytes without it are no envelope; with it they may be one."""
START = b"{" + MARK
"""How the rule's SQL and the bridge begin one. The order is not promised, so that others may be envelopes too."""

Moment = Annotated[int, msgspec.Meta(ge=OLDEST_MS, le=LATEST_MS)]


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """Why the bridge refused a part of a payload that only the bridge can read."""

    reason: Reason
    detail: str
    path: str | None = None


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """``payload`` is base64 in JSON; ``client`` and ``topic`` are what the broker knows of a message.

    ``envelope`` is the version. The topic rule's SQL can only write it as text.
    """

    envelope: Literal[1, "1"]
    device: str
    arrived_ms: Moment
    payload: bytes | None = None
    readings: list[msgspec.Raw] | None = None
    client: str | None = None
    topic: str | None = None
    refused: list[Refusal] | None = None
    """The payload is for the quarantine, with these reasons: what it held besides is in the stream already."""

    def __post_init__(self) -> None:
        if (self.payload is None) == (self.readings is None):
            raise ValueError("an envelope has either payload or readings")


class Element(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False, omit_defaults=True):
    """One of ``readings``, normalised; ``arrived_ms`` is that of its own message."""

    sensor_type: str
    value: float | None
    """None if it is an `Outage`, whose quality is ``bad``."""
    timestamp_ms: int
    arrived_ms: Moment
    production_line: str | None = None
    metadata: dict[str, object] | None = None
    unit: str | None = None
    quality: Quality = "good"


class Opened(NamedTuple):
    """``payload`` is what the device sent where it could be taken out, else all that came."""

    payload: bytes
    decoded: Decoded
    device: str | None = None
    received_ms: int | None = None
    topic: str | None = None
    """What the envelope says of a payload that was taken out of it; the device unchecked where it was refused."""


_decode = msgspec.json.Decoder(Envelope).decode
_encode = msgspec.json.Encoder().encode
_decode_element = msgspec.json.Decoder(Element).decode
_parts = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode

_STREAM = Source(entrypoint="stream")
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def open_record(data: bytes, *, arrived_ms: int, device_id: str | None = None, rules: DecodeRules = NO_RULES) -> Opened:
    """Decode what a record of the transport holds, a payload or an envelope; never raises for what that may be.

    ``device_id`` is the device where the transport itself vouches for it: an envelope is then only something that the
    device says.
    """
    if device_id is not None or not data.startswith(START):
        decoded = decode(data, arrived_ms=arrived_ms, device_id=device_id, rules=rules, source=_STREAM)
        # No envelope reads as a plain payload, so a plain one need not be searched for the mark.
        if not decoded.rejects or device_id is not None or MARK not in data:
            return Opened(data, decoded)
    return open_envelope(data, arrived_ms=arrived_ms, rules=rules)


def open_envelope(data: bytes, *, arrived_ms: int, rules: DecodeRules = NO_RULES) -> Opened:
    """Decode bytes that contain `MARK`; never raises for what they may hold.

    ``arrived_ms`` counts only for a payload that has the mark somewhere inside and is no envelope.
    """
    try:
        envelope = _decode(data)
    except _UNREADABLE as error:
        if not _claims_to_be_one(data):
            return Opened(data, decode(data, arrived_ms=arrived_ms, rules=rules, source=_STREAM))
        return Opened(
            data, refused(data, RuleBrokenError(Reason.INVALID_ENVELOPE, f"the envelope is not valid: {error}"))
        )
    if envelope.payload is None:
        return Opened(data, _readings(envelope, data))
    if envelope.refused:
        rejects = [Reject(one.reason, one.detail, envelope.payload, None, one.path) for one in envelope.refused]
        decoded = Decoded([], [], rejects)
    else:
        decoded = _payload(envelope, envelope.payload, rules)
    return Opened(envelope.payload, decoded, envelope.device, envelope.arrived_ms, envelope.topic)


def _claims_to_be_one(data: bytes) -> bool:
    """Whether broken bytes were meant as an envelope: a machine may well measure something called ``envelope``."""
    try:
        parts = _parts(data)
    except _UNREADABLE:
        return data.lstrip().startswith(START)
    return "envelope" in parts and not parts.keys().isdisjoint(("device", "payload"))


def _payload(envelope: Envelope, payload: bytes, rules: DecodeRules) -> Decoded:
    try:
        device = fields.parse_device_id(envelope.device)
    except RuleBrokenError as error:
        return refused(payload, error)
    source = ANYWHERE if rules is NO_RULES else Source(envelope.topic, "mqtt")
    return decode(payload, arrived_ms=envelope.arrived_ms, device_id=device, rules=rules, source=source)


def _readings(envelope: Envelope, data: bytes) -> Decoded:
    """A broken element is refused in an envelope of its own: alone it would not say whose it is."""
    try:
        device = fields.parse_device_id(envelope.device)
    except RuleBrokenError as error:
        return refused(data, error)
    outages: list[Outage] = []
    result = Decoded([], [], [], outages)
    if not envelope.readings:
        return refused(data, RuleBrokenError(Reason.EMPTY, "readings is empty"))
    for position, element in enumerate(envelope.readings):
        try:
            reading = _reading(element, device)
        except RuleBrokenError as error:
            alone = _encode(msgspec.structs.replace(envelope, readings=[element]))
            result.rejects.append(Reject(error.reason, error.detail, alone, position))
        else:
            if isinstance(reading, Outage):
                outages.append(reading)
            else:
                result.readings.append(reading)
                result.positions.append(position)
    return result


def _reading(element: msgspec.Raw, device: str) -> Reading | Outage:
    try:
        found = _decode_element(element)
    except _UNREADABLE as error:
        raise RuleBrokenError(Reason.INVALID_ENVELOPE, f"the reading in the envelope is not valid: {error}") from error
    sensor_type = check_sensor_type(found.sensor_type)
    timestamp_ms = check_timestamp(found.timestamp_ms, found.arrived_ms)
    line = fields.parse_production_line(found.production_line)
    if found.value is None and found.quality == "bad":
        return Outage(device, sensor_type, timestamp_ms, found.arrived_ms, line)
    return Reading(
        device,
        sensor_type,
        parse_value(found.value),
        timestamp_ms,
        found.arrived_ms,
        line,
        fields.parse_metadata(found.metadata),
        fields.parse_unit(found.unit),
        found.quality,
    )
