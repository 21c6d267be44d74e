"""The stream records of devices: as the topic rule wraps a message, and as the bridge writes readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from lambda_src.common.envelope import Moment  # msgspec resolves it at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.reading import Reading


class Envelope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One MQTT message. ``payload`` is what the device sent, base64 in JSON; ``arrived_ms`` is UTC milliseconds."""

    envelope: Literal[1]
    device: Annotated[str, msgspec.Meta(max_length=256)]
    """As the topic names it, otherwise unchecked; a topic has at most 256 bytes, and a partition key 256 characters."""
    arrived_ms: Moment
    payload: bytes
    client: str | None = None
    topic: str | None = None


class _Entry(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A reading without its device, which the record around it names."""

    sensor_type: str
    value: float
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None = None
    metadata: dict[str, object] | None = None


class _Head(msgspec.Struct, frozen=True):
    envelope: int
    device: str
    arrived_ms: int


_open = msgspec.json.Decoder(Envelope).decode
_encode = msgspec.json.Encoder().encode


def open_envelope(body: bytes) -> Envelope:
    """Raises ``ValueError`` for anything else than the rule's envelope."""
    try:
        return _open(body)
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error


def seal(envelope: Envelope, payload: bytes) -> bytes:
    """The record that carries another payload of the same message."""
    return _encode(msgspec.structs.replace(envelope, payload=payload))


def encode_reading(reading: Reading) -> bytes:
    return _encode(
        _Entry(
            reading.sensor_type,
            reading.value,
            reading.timestamp_ms,
            reading.arrived_ms,
            reading.production_line,
            reading.metadata,
        )
    )


def readings_record(device: str, arrived_ms: int, entries: Sequence[bytes]) -> bytes:
    """One record of many readings, each as `encode_reading` gave it; ``arrived_ms`` is the latest message's."""
    head = _encode(_Head(1, device, arrived_ms))
    return b'%s,"readings":[%s]}' % (head[:-1], b",".join(entries))
