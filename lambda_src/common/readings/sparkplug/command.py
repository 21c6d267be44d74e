"""The command that asks an edge node for its births."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from lambda_src.common.protobuf import varint_of
from lambda_src.common.readings.sparkplug.topic import NAMESPACE, MessageType

if TYPE_CHECKING:
    from lambda_src.common.readings.sparkplug.births import BirthKey

REBIRTH = "Node Control/Rebirth"
_BOOLEAN = 11


def rebirth_topic(edge: BirthKey) -> str:
    return f"{NAMESPACE}/{edge.group}/{MessageType.NODE_COMMAND}/{edge.edge}"


def rebirth_payload(now_ms: int) -> bytes:
    """The metric `REBIRTH`, a boolean that is true (Sparkplug 3.0, 6.4.21)."""
    name = REBIRTH.encode()
    stamp = varint_of(now_ms)
    metric = b"".join(
        (b"\x0a", varint_of(len(name)), name, b"\x18", stamp, b"\x20", varint_of(_BOOLEAN), struct.pack("BB", 0x70, 1))
    )
    return b"".join((b"\x08", stamp, b"\x12", varint_of(len(metric)), metric))
