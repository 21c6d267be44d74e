"""Refusals of a record into few lines: its bytes are kept once, and its lines take no more than its size allows."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from lambda_src.processor.record import RefusedReading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FREE_BYTES = 4096
GROWTH = 16
"""The lines of a record may take so many times its size, and `FREE_BYTES` more: then 20 bad elements of a short list
still have a line each. A record whose lines would take more is kept as one.
"""
LINE_BYTES = 600
"""A line without its payload."""
MOST_DETAILS = 3
"""Different details that one line for several readings names."""


def condense(refused: Iterable[RefusedReading]) -> list[RefusedReading]:
    """Return one item per refused part of a record, or one for the record; ``refused`` in the order of the records."""
    condensed: list[RefusedReading] = []
    for _, group in groupby(refused, key=place):
        condensed += _bounded(list(_by_payload(list(group))), whole=False)
    condensed, parts = [], condensed
    for _, group in groupby(parts, key=lambda one: one.record_index):
        condensed += _bounded(list(group), whole=True)
    return condensed


def place(one: RefusedReading) -> tuple[int, int]:
    """The order of refusals: by record, and by record in it if the producer aggregated several."""
    return one.record_index, -1 if one.record.part is None else one.record.part.number


def _bounded(found: list[RefusedReading], *, whole: bool) -> list[RefusedReading]:
    """The same, or one for the bytes of the record if their lines would take too much. ``whole`` is for the record of
    the stream that aggregates them.
    """
    record = found[0].record
    data = record.part.whole if whole and record.part is not None else record.data
    if len(found) == 1 or sum(map(_size, found)) <= FREE_BYTES + GROWTH * len(data):
        return found
    return [_one(found, data)]


def _by_payload(refused: Sequence[RefusedReading]) -> Iterator[RefusedReading]:
    """Those with the same bytes as one: measures of a message, or readings whose record is kept whole."""
    if len(refused) == 1:
        yield from refused
        return
    groups: dict[tuple[bytes, int | None], list[RefusedReading]] = {}
    for one in refused:
        whole = one.item.payload == one.record.data
        # Equal elements of a list are different readings.
        groups.setdefault((one.item.payload, None if whole else one.item.source.position), []).append(one)
    for (payload, _), group in groups.items():
        yield group[0] if len(group) == 1 else _one(group, payload)


def _one(refused: Sequence[RefusedReading], payload: bytes) -> RefusedReading:
    items = [one.item for one in refused]
    parts = {item.source.sub_record for item in items}
    positions = {item.source.position for item in items} if len(parts) == 1 else {None}
    source = msgspec.structs.replace(
        items[0].source,
        position=positions.pop() if len(positions) == 1 else None,
        sub_record=parts.pop() if len(parts) == 1 else None,
    )
    reasons = [reason for item in items for reason in item.reasons]
    details = list(dict.fromkeys(item.detail for item in items))
    more = f"; and {len(details) - MOST_DETAILS:,} others" if len(details) > MOST_DETAILS else ""
    detail = f"{len(reasons):,} readings were refused: {'; '.join(details[:MOST_DETAILS])}{more}"
    item = msgspec.structs.replace(items[0], detail=detail, payload=payload, source=source, others=tuple(reasons[1:]))
    return RefusedReading(refused[0].record_index, item, refused[0].record)


def _size(one: RefusedReading) -> int:
    return LINE_BYTES + len(one.item.payload) * 4 // 3
