"""What the processor passes from step to step, whatever the transport."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.quarantine import Quarantined, QuarantineSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.common.readings.reading import Outage, Reading
    from lambda_src.common.readings.rejects import Reason
    from lambda_src.processor.judge import Verdict


class AggregatePart(NamedTuple):
    """One of the records that a producer aggregated into one record of the stream."""

    number: int
    whole: bytes
    """The record of the stream."""


class DeliveredRecord(NamedTuple):
    """One delivered record. ``sequence_number`` also names it in a partial batch response.

    For a queue's message ``shard_id`` is ``sqs``, ``sequence_number`` is its id and ``partition_key`` is ``-``.
    """

    data: bytes
    """The original data, or the content of the envelope once it was opened."""
    arrived_ms: int
    shard_id: str
    sequence_number: str
    partition_key: str
    event_source_arn: str
    device_id: str | None = None
    """The device, if the transport or an envelope around the data vouches for it."""
    received_ms: int | None = None
    """When the broker received the data, from the envelope."""
    topic: str | None = None
    """Where the broker received the data, from the envelope."""
    part: AggregatePart | None = None
    """If the producer aggregated records: which of them this is. ``data`` and ``partition_key`` are its own."""


class Entry(NamedTuple):
    """A reading with its verdict and origin: ``record_index`` in the batch, ``position`` in the record."""

    reading: Reading
    verdict: Verdict
    record: DeliveredRecord
    record_index: int
    position: int | None


class RecordOutage(NamedTuple):
    """A sensor that says that it has no value, with the index of the record in the batch."""

    outage: Outage
    record_index: int


class RefusedReading(NamedTuple):
    """An item for the quarantine, with its record and the index of that in the batch."""

    record_index: int
    item: Quarantined
    record: DeliveredRecord


def by_record(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Return lists of the entries of each record, in the order of the batch."""
    return [list(group) for _, group in groupby(entries, key=lambda entry: entry.record_index)]


def refuse(
    record: DeliveredRecord,
    record_index: int,
    position: int | None,
    reason: Reason,
    detail: str,
    payload: bytes | None = None,
) -> RefusedReading:
    """Return an item for the quarantine. Without ``payload`` the whole record is kept, and ``position`` points
    into it.
    """
    source = QuarantineSource(
        record.event_source_arn,
        record.shard_id,
        record.sequence_number,
        record.partition_key,
        record.arrived_ms,
        position,
        record.device_id,
        record.received_ms,
        None if record.part is None else record.part.number,
        record.topic,
    )
    return RefusedReading(
        record_index, Quarantined(reason, detail, record.data if payload is None else payload, source), record
    )
