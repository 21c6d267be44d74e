"""The topic rule's envelope around one MQTT message."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings.envelope import Envelope, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.rejects import RuleBrokenError

MAX_DEVICE = 256
"""Characters: a topic has at most 256 bytes and a partition key 256 characters. The name is not checked otherwise."""
MAX_REFUSALS = 100
"""Of one message, which may have thousands of metrics."""

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
    if envelope.refused is not None:
        raise ValueError("the envelope is refused already")
    if len(envelope.device) > MAX_DEVICE:
        raise ValueError("the device must not be longer than a topic")
    return envelope, envelope.payload


def seal(envelope: Envelope, payload: bytes) -> bytes:
    """Return the record with another payload of the same message."""
    return _encode(msgspec.structs.replace(envelope, payload=payload))


def seal_refused(envelope: Envelope, errors: Sequence[RuleBrokenError]) -> bytes:
    """Return the record that takes a message to the quarantine with these reasons, at most `MAX_REFUSALS` of them."""
    refused = [Refusal(error.reason, error.detail, error.path) for error in errors[:MAX_REFUSALS]]
    if len(errors) > MAX_REFUSALS:
        last = refused[-1]
        detail = f"{last.detail}; and {len(errors) - MAX_REFUSALS:,} other parts of the message"
        refused[-1] = msgspec.structs.replace(last, detail=detail)
    return _encode(msgspec.structs.replace(envelope, refused=refused))
