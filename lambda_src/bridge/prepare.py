"""Turn one message of the queue into readings to pack, and records that forward what is invalid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.bridge.envelope import seal, seal_refused
from lambda_src.bridge.normalise import normalise
from lambda_src.bridge.opened import NoEnvelopeError
from lambda_src.common.readings.encodings.bounds import too_large
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.common.transport.pack import Parcel
from lambda_src.common.transport.records import FRAME, MAX_RECORD, encode_reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.bridge.opened import OpenedMessage
    from lambda_src.bridge.sparkplug import SparkplugContent
    from lambda_src.bridge.sqs import BridgeMessage
    from lambda_src.common.readings.envelope import Envelope
    from lambda_src.common.readings.reading import Outage, Reading

MAX_READINGS = 8 * 1024 * 1024
"""Bytes of one message's readings once encoded, eight times the largest text. More of them only comes from a message
that has thousands of measures share long metadata, which is repeated in each."""


def prepare(opened: OpenedMessage, rules: DecodeRules = NO_RULES) -> Parcel[str]:
    """Normalise one message; raises `NoEnvelopeError` for one that does not fit a stream record."""
    message, envelope, payload = opened
    normal = normalise(
        payload, device_id=envelope.device, arrived_ms=envelope.arrived_ms, topic=envelope.topic, rules=rules
    )
    entries = _encode(normal.readings)
    records = None if entries is None else _pass_on(message, envelope, normal.passed)
    if entries is None or records is None:
        # Too long for the stream as it was read: as it came it is short enough.
        entries, records = [], [message.body]
        if len(message.body) > MAX_RECORD:
            raise NoEnvelopeError("the message is longer than a stream record")
    return Parcel(message.message_id, envelope.device, envelope.arrived_ms, entries, records)


def prepare_sparkplug(opened: OpenedMessage, content: SparkplugContent) -> Parcel[str]:
    """As `prepare`, for a message that was read with its births: what was refused goes to the quarantine with it."""
    message, envelope, _ = opened
    entries, refused = _encode(content.readings), content.refused
    if entries is None:
        entries, refused = [], [too_large(f"{MAX_READINGS:,} bytes of readings")]
    records = [seal_refused(envelope, refused)] if refused else []
    if any(len(record) > MAX_RECORD for record in records):
        raise NoEnvelopeError("the message is longer than a stream record")
    return Parcel(message.message_id, content.device, envelope.arrived_ms, entries, records)


def _encode(readings: Iterable[Reading | Outage]) -> list[bytes] | None:
    entries: list[bytes] = []
    room = MAX_READINGS
    for reading in readings:
        entry = encode_reading(reading)
        room -= len(entry)
        if room < 0 or len(entry) > MAX_RECORD - FRAME:
            return None
        entries.append(entry)
    return entries


def _pass_on(message: BridgeMessage, envelope: Envelope, payloads: Iterable[bytes]) -> list[bytes] | None:
    records = [message.body if part == envelope.payload else seal(envelope, part) for part in payloads]
    return None if any(len(record) > MAX_RECORD for record in records) else records
