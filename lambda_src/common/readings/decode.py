"""From a payload's bytes to readings: every input form, every rule, and no exception whatever the bytes."""

from __future__ import annotations

from lambda_src.common.readings.context import DecodeContext
from lambda_src.common.readings.decoded import Collector, Decoded, TooLargeError, refused, too_large
from lambda_src.common.readings.documents import read_by_format
from lambda_src.common.readings.json_text import strip_padding
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.rules import ANYWHERE, NO_RULES, DecodeRules, Source, bound_format
from lambda_src.common.readings.shapes import list_of, read_payload
from lambda_src.common.readings.single import read_single
from lambda_src.common.readings.unpack import unpack


def decode(
    payload: bytes,
    *,
    arrived_ms: int,
    device_id: str | None = None,
    rules: DecodeRules = NO_RULES,
    source: Source = ANYWHERE,
    thorough: bool = False,
) -> Decoded:
    """Decode one payload by the format that is bound to its source, or else in one of the usual shapes: a message, an
    array, NDJSON, or ``{"device_id", "readings": [...]}``, also compressed.

    ``arrived_ms`` is UTC milliseconds; ``device_id`` is the device that the transport vouches for. ``thorough`` also
    lists what was skipped, which costs time. Never raises for what a payload may hold; a format's name in ``source``
    must be known.
    """
    context = DecodeContext(arrived_ms, device_id)
    if thorough:
        context = context._replace(thorough=True)
    if rules.gateways and device_id is not None:
        context = context._replace(prefixes=rules.gateways.get(device_id, ()))
    bound = None if rules is NO_RULES and source.format is None else bound_format(rules, source)
    if bound is None and not thorough and (reading := read_single(payload, context)) is not None:
        return Decoded([reading], [None], [])
    text = payload if bound else text_of(payload)
    collector = Collector(payload, len(text))
    try:
        if bound is None:
            read_payload(collector, payload, text, context)
        else:
            read_by_format(collector, payload, bound, context)
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
