"""What the body of a request holds: readings, and for everything else its place and the reason.

Any form that `decode` takes, and under its rules: in a message without a value and a sensor type each numeric field
that is not one of the known ones is a measure, every other unknown field is ignored. An envelope is a message like any
other here: it is opened only where nobody but a transport's writers can put one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambda_src.common.http.errors import HttpError
from lambda_src.common.readings.decode import decode, elements
from lambda_src.common.readings.rejects import Reason
from lambda_src.common.readings.rules import NO_RULES, DecodeRules, Source, bound_format
from lambda_src.common.transport.records import FRAME, encode_reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.common.http.wire import Request
    from lambda_src.common.readings.reading import Identity, Reading

MOST_BYTES = 256 * 1024
CONTENT_TYPES = ("application/json", "application/x-ndjson")
_HTTP = Source(entrypoint="http")
UNFOLDED_BYTES = 4 * 1024 * 1024
"""Of a request's readings once encoded: more only comes from many measures that share long metadata, which is
repeated in each."""


class Rejected(msgspec.Struct, frozen=True):
    """As the answer names it. ``position`` is the index of the element, None where the body is no list."""

    position: int | None
    reason: str
    detail: str


class Given(NamedTuple):
    """One reading of a request; ``entry`` is what the transport gets of it."""

    reading: Reading
    position: int | None
    entry: bytes


class Content(NamedTuple):
    given: list[Given]
    """In the order of the body, no two with the same identity."""
    rejected: list[Rejected]
    duplicates: int
    """Readings that say what an earlier one of the body has said."""
    elements: list[bytes]
    """What the positions point to."""


class Limits(NamedTuple):
    readings: int
    """What a request may carry, good and bad ones together."""
    record: int
    """Bytes of the transport's longest record."""


def check_body(request: Request, rules: DecodeRules = NO_RULES) -> None:
    """Raises `HttpError` where the body cannot be looked into. Without a content type it counts as JSON; a format may
    have another one.
    """
    kind = request.headers.get("content-type", CONTENT_TYPES[0]).partition(";")[0].strip().lower()
    if kind not in CONTENT_TYPES and bound_format(rules, _HTTP) is None:
        raise HttpError(415, "unsupported_media_type", f"The body must be {' or '.join(CONTENT_TYPES)}.")
    if len(request.body) > MOST_BYTES:
        raise HttpError(413, "body_too_large", f"The body is longer than {MOST_BYTES:,} bytes.")
    if not request.body.strip():
        raise HttpError(400, "empty_body", "The body is empty.")


def read_content(body: bytes, *, arrived_ms: int, limits: Limits, rules: DecodeRules = NO_RULES) -> Content:
    """``arrived_ms`` is the time of readings that say none. Raises `HttpError` (413) for more than the limits."""
    # Counted before they are read: bad elements by the hundred thousand cost time as well.
    parts = elements(body) if bound_format(rules, _HTTP) is None else []
    _check_number(len(parts), limits)
    decoded = decode(body, arrived_ms=arrived_ms, rules=rules, source=_HTTP)
    if any(reject.reason is Reason.TOO_LARGE for reject in decoded.rejects):
        raise HttpError(413, "body_too_large", f"The decoded body is too large: {decoded.rejects[0].detail}.")
    _check_number(len(decoded.readings) + len(decoded.rejects), limits)
    rejected = [Rejected(reject.position, reject.reason, reject.detail) for reject in decoded.rejects]
    single: dict[Identity, tuple[Reading, int | None]] = {}
    duplicates = 0
    for reading, position in zip(decoded.readings, decoded.positions, strict=True):
        earlier, _ = single.setdefault(reading.identity, (reading, position))
        if earlier is reading:
            continue
        if reading.agrees_with(earlier):
            duplicates += 1
        else:
            rejected.append(_conflict(reading, position))
    given, longer = _encode(single.values(), limits)
    return Content(given, [*rejected, *longer], duplicates, parts)


def _check_number(number: int, limits: Limits) -> None:
    if number > limits.readings:
        message = f"The body holds more than {limits.readings} readings: send them in several requests."
        raise HttpError(413, "too_many_readings", message)


def _conflict(reading: Reading, position: int | None) -> Rejected:
    detail = (
        f"{reading.sensor_type} at {reading.timestamp_ms} has another value, unit or quality earlier in the request"
    )
    return Rejected(position, Reason.CONFLICT, detail)


def _encode(readings: Iterable[tuple[Reading, int | None]], limits: Limits) -> tuple[list[Given], list[Rejected]]:
    """Those that fit the transport, and those that are longer than its longest record."""
    given: list[Given] = []
    longer: list[Rejected] = []
    most = limits.record - FRAME
    room = UNFOLDED_BYTES
    for reading, position in readings:
        entry = encode_reading(reading)
        room -= len(entry)
        if room < 0:
            raise HttpError(413, "body_too_large", f"The decoded readings have more than {UNFOLDED_BYTES:,} bytes.")
        if len(entry) > most:
            detail = f"the reading has more than {most:,} bytes with its metadata"
            longer.append(Rejected(position, Reason.TOO_LARGE, detail))
        else:
            given.append(Given(reading, position, entry))
    return given, longer
