"""Convert records into evaluated readings: decode, drop duplicates, refuse conflicts within the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.envelope import open_record
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.common.transport.aggregated import is_aggregated
from lambda_src.processor.aggregates import split
from lambda_src.processor.judge import judge_reading
from lambda_src.processor.record import DeliveredRecord, Entry, RecordOutage, RefusedReading, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_src.common.readings.decoded import Decoded
    from lambda_src.common.readings.reading import Identity, Reading
    from lambda_src.processor.judge import Judge


class Intake(NamedTuple):
    """The content of a batch in the order of its records. ``duplicates`` are the record indexes of dropped readings."""

    entries: list[Entry]
    refused: list[RefusedReading]
    duplicates: list[int]
    """The index of the record of each reading that was left out."""
    outages: list[RecordOutage]


def take_in(records: Sequence[DeliveredRecord], judge: Judge, rules: DecodeRules = NO_RULES) -> Intake:
    """Decode and judge a batch. Of an identity the first reading counts: the same value, unit and quality again is a
    duplicate, another one a conflict.
    """
    intake = Intake([], [], [], [])
    seen: dict[Identity, Reading] = {}
    keep, seen_before = intake.entries.append, seen.get
    for record_index, record, decoded in _read_all(records, rules, intake.refused):
        readings, positions, rejects, outages, _ = decoded
        for reading, position in zip(readings, positions, strict=True):
            identity = reading.identity
            earlier = seen_before(identity)
            if earlier is None:
                seen[identity] = reading
                keep(Entry(reading, judge_reading(judge, reading), record, record_index, position))
            elif earlier.agrees_with(reading):
                intake.duplicates.append(record_index)
            else:
                detail = (
                    f"{reading.sensor_type} at {reading.timestamp_ms} has another value, unit or quality earlier in "
                    "the batch"
                )
                intake.refused.append(refuse(record, record_index, position, Reason.CONFLICT, detail))
        if outages:
            intake.outages.extend(RecordOutage(outage, record_index) for outage in outages)
        for reject in rejects:
            intake.refused.append(
                refuse(record, record_index, reject.position, reject.reason, reject.detail, reject.payload)
            )
    return intake


def _read_all(
    records: Sequence[DeliveredRecord], rules: DecodeRules, refused: list[RefusedReading]
) -> Iterator[tuple[int, DeliveredRecord, Decoded]]:
    """Yield the content of each record with the index of the record that was delivered. A record that a producer
    aggregated has several; one that cannot be split is added to ``refused``.
    """
    for record_index, delivered in enumerate(records):
        if not is_aggregated(delivered.data):
            record, decoded = _read(delivered, rules)
            yield record_index, record, decoded
            continue
        try:
            parts = split(delivered)
        except RuleBrokenError as error:
            refused.append(refuse(delivered, record_index, None, error.reason, error.detail))
            continue
        for part in parts:
            yield record_index, *_read(part, rules)


def _read(record: DeliveredRecord, rules: DecodeRules) -> tuple[DeliveredRecord, Decoded]:
    """Decode one record; in the one that comes back an envelope is replaced by the payload in it."""
    opened = open_record(record.data, arrived_ms=record.arrived_ms, device_id=record.device_id, rules=rules)
    if opened.payload is record.data:
        return record, opened.decoded
    device, received_ms = opened.device, opened.received_ms
    return DeliveredRecord(opened.payload, *record[1:6], device, received_ms, opened.topic, record.part), opened.decoded
