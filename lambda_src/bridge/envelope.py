"""The topic rule's envelope around one MQTT message."""

from __future__ import annotations

import msgspec

from lambda_src.common.readings.envelope import Envelope

MAX_DEVICE = 256
"""Characters: a topic has at most 256 bytes and a partition key 256 characters. The name is not checked otherwise."""

_open = msgspec.json.Decoder(Envelope).decode
_encode = msgspec.json.Encoder().encode


def open_envelope(body: bytes) -> tuple[Envelope, bytes]:
    """Return the envelope and the device's payload. Raises ``ValueError`` for anything but the rule's envelope."""
    try:
        envelope = _open(body)
    except msgspec.ValidationError as error:
        # The decoder's text may repeat a value; where it found it is the name of a field.
        place = str(error).partition(" - at ")[2] or "`$`"
        raise ValueError(f"the body is not an envelope of the topic rule: see {place}") from error
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error
    if envelope.payload is None:
        raise ValueError("the envelope has no payload")
    if len(envelope.device) > MAX_DEVICE:
        raise ValueError("the device must not be longer than a topic")
    return envelope, envelope.payload


def seal(envelope: Envelope, payload: bytes) -> bytes:
    """Return the record with another payload of the same message."""
    return _encode(msgspec.structs.replace(envelope, payload=payload))
