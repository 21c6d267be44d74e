"""Turn one message's payload into readings. Invalid payloads are forwarded for the processor to quarantine.

Whatever comes out, the processor makes of it what it would have made of the payload itself: the same readings, and
the same reasons for the rest. CSV and compressed forms, which it does not read, are the two that it gains.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.bridge.rows import read_rows
from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.rejects import Reason, Reject
from lambda_src.common.readings.rules import NO_RULES, DecodeRules, Source, bound_format
from lambda_src.common.readings.unpack import unpack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_src.common.readings.decoded import Decoded
    from lambda_src.common.readings.reading import Outage, Reading

MAX_PARTS = 100
"""Bad elements that one message may pass on one by one; with more it is passed on whole, so that a small message of
many tiny elements cannot become thousands of records."""


class Normal(NamedTuple):
    """``passed`` are payloads as they are to be passed on; every element is in one of the lists."""

    readings: Sequence[Reading | Outage]
    passed: list[bytes]


def normalise(
    payload: bytes, *, device_id: str, arrived_ms: int, topic: str | None = None, rules: DecodeRules = NO_RULES
) -> Normal:
    """Read one payload in any form. Never raises for what it may hold.

    A bad element of a list or a bad line is passed on alone and the others become readings. The message is passed
    on whole (its text, where it was compressed) when nothing in it is a reading, when it is a single object that is
    good in part, when a bad element would not be refused for the same reason outside of its list, and when a gateway
    names other devices.
    """
    source = Source(topic, "mqtt")
    read = partial(decode, device_id=device_id, arrived_ms=arrived_ms, rules=rules, source=source)
    described = bound_format(rules, source) is not None
    text = payload if described else unpack(payload)
    whole = Normal([], [text])
    decoded = read(text)
    found: list[Reading | Outage] = [*decoded.readings, *decoded.outages]
    if any(each.device_id != device_id for each in found):
        # A gateway's: records are packed by their sender.
        return whole
    if decoded.readings or decoded.outages:
        return _split(decoded, read) or whole
    if described or [(reject.reason, reject.position) for reject in decoded.rejects] != [(Reason.INVALID_JSON, None)]:
        return whole
    rows = read_rows(text, device_id=device_id, arrived_ms=arrived_ms)
    if not rows.readings or len(rows.bad) > MAX_PARTS:
        return whole
    # A bad line that is a reading in another form would be read twice.
    if any(read(line).readings for line in rows.bad):
        return whole
    return Normal(rows.readings, rows.bad)


def _split(decoded: Decoded, read: Callable[[bytes], Decoded]) -> Normal | None:
    """Good elements apart from bad ones; None where they cannot be parted without changing what they mean."""
    bad: defaultdict[int | None, list[Reject]] = defaultdict(list)
    for reject in decoded.rejects:
        bad[reject.position].append(reject)
    if None in bad or len(bad) > MAX_PARTS or (bad and decoded.outages):
        return None
    good: list[Reading | Outage] = [*decoded.outages]
    beside: defaultdict[int | None, list[Reading | Outage]] = defaultdict(list)
    for reading, position in zip(decoded.readings, decoded.positions, strict=True):
        (beside[position] if position in bad else good).append(reading)
    for position, rejects in bad.items():
        alone = read(rejects[0].payload)
        if alone.readings != beside[position] or _reasons(alone.rejects) != _reasons(rejects):
            return None
    return Normal(good, [rejects[0].payload for rejects in bad.values()])


def _reasons(rejects: Sequence[Reject]) -> list[Reason]:
    return [reject.reason for reject in rejects]
