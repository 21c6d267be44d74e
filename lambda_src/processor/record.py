"""What the processor passes from step to step, whatever transport the batch came by."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.quarantine import Quarantined, QuarantineSource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.common.readings.reading import Reading
    from lambda_src.common.readings.rejects import Reason
    from lambda_src.processor.judge import Verdict


class DeliveredRecord(NamedTuple):
    """One delivered record. ``sequence_number`` also names it in a partial batch response.

    Of a queue's message ``shard_id`` is ``sqs``, ``sequence_number`` its id and ``partition_key`` ``-``.
    """

    data: bytes
    """What came; once an envelope was opened, what was in it."""
    arrived_ms: int
    shard_id: str
    sequence_number: str
    partition_key: str
    event_source_arn: str
    device_id: str | None = None
    """The device, where the transport or an envelope around the data vouches for it."""
    received_ms: int | None = None
    """When the broker received the data, as that envelope says."""


class Entry(NamedTuple):
    """One reading with its verdict and its origin: ``place`` of its record in the batch, ``position`` in that."""

    reading: Reading
    verdict: Verdict
    record: DeliveredRecord
    place: int
    position: int | None


class RefusedReading(NamedTuple):
    """What goes to quarantine, with the place of its record in the batch."""

    place: int
    item: Quarantined


def by_record(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries as lists of those that came in one record, in the order of the batch."""
    return [list(group) for _, group in groupby(entries, key=lambda entry: entry.place)]


def refuse(
    record: DeliveredRecord, place: int, position: int | None, reason: Reason, detail: str, payload: bytes | None = None
) -> RefusedReading:
    """Make the quarantine's item; without ``payload`` the whole record is kept, ``position`` points into it."""
    source = QuarantineSource(
        record.event_source_arn,
        record.shard_id,
        record.sequence_number,
        record.partition_key,
        record.arrived_ms,
        position,
        record.device_id,
        record.received_ms,
    )
    return RefusedReading(place, Quarantined(reason, detail, record.data if payload is None else payload, source))
