"""From a payload's bytes to readings: every input form, every rule, and no exception whatever the bytes."""

from __future__ import annotations

from lambda_src.common.readings.context import DecodeContext
from lambda_src.common.readings.decoded import Collector, Decoded, TooLargeError, refused, too_large
from lambda_src.common.readings.json_text import strip_padding
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.shapes import list_of, read_payload
from lambda_src.common.readings.single import read_single
from lambda_src.common.readings.unpack import unpack


def decode(payload: bytes, *, arrived_ms: int, device_id: str | None = None, thorough: bool = False) -> Decoded:
    """Decode one payload: a message, an array, NDJSON, or ``{"device_id", "readings": [...]}``, also compressed.

    ``arrived_ms`` is UTC milliseconds; ``device_id`` is the device that the transport vouches for. ``thorough`` also
    lists what was skipped, which costs time. Never raises for what a payload may hold.
    """
    context = DecodeContext(arrived_ms, device_id)
    if thorough:
        context = context._replace(thorough=True)
    elif (reading := read_single(payload, context)) is not None:
        return Decoded([reading], [None], [])
    text = text_of(payload)
    collector = Collector(payload, len(text))
    try:
        read_payload(collector, payload, text, context)
    except RuleBrokenError as error:
        return refused(payload, error)
    except TooLargeError:
        return too_large(payload)
    return collector.decoded()


def elements(payload: bytes) -> list[bytes]:
    """What the positions of this payload's readings and rejects point to; empty if it is no list.

    Never raises for what a payload may hold.
    """
    return list_of(text_of(payload))


def text_of(payload: bytes) -> bytes:
    """The payload's text, unpacked and without padding."""
    return strip_padding(unpack(payload))
