"""From records to judged readings: decode, drop repeats, refuse what contradicts an earlier reading of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.decode import decode
from lambda_src.common.rejects import Reason
from lambda_src.processor.record import Entry, Record, Refused, refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.reading import Identity
    from lambda_src.processor.judge import Judge


class Intake(NamedTuple):
    """What a batch holds, all in the order of its records. ``duplicates`` are the places of the records of
    what was left out."""

    entries: list[Entry]
    refused: list[Refused]
    duplicates: list[int]


def take_in(records: Sequence[Record], judge: Judge) -> Intake:
    """Decode and judge a batch. Of an identity the first reading counts: the same value again is a duplicate,
    another one a conflict.
    """
    intake = Intake([], [], [])
    seen: dict[Identity, float] = {}
    for place, record in enumerate(records):
        decoded = decode(record.data, arrived_ms=record.arrived_ms, device_id=record.device_id)
        for reading, position in zip(decoded.readings, decoded.positions, strict=True):
            identity = reading.identity
            if identity not in seen:
                seen[identity] = reading.value
                intake.entries.append(Entry(reading, judge.judge(reading), record, place, position))
            elif seen[identity] == reading.value:
                intake.duplicates.append(place)
            else:
                detail = f"{reading.sensor_type} at {reading.timestamp_ms} has another value earlier in the batch"
                intake.refused.append(refuse(record, place, position, Reason.CONFLICT, detail))
        for reject in decoded.rejects:
            intake.refused.append(refuse(record, place, reject.position, reject.reason, reject.detail, reject.payload))
    return intake
