"""Process a batch: decode, store, find the records to redeliver, and finalize the others.

This module does not know AWS. The order matters: a record that is redelivered must not be archived, quarantined or
alerted about before.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from lambda_src.processor.condense import condense, place
from lambda_src.processor.finalize import FinalBatch, finalize
from lambda_src.processor.intake import Intake, take_in
from lambda_src.processor.record import DeliveredRecord, Entry, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.aws.workers import Workers
    from lambda_src.common.quarantine import Keeper
    from lambda_src.processor.alerts.alerts import AlertCounts, EpisodeAlerts
    from lambda_src.processor.judge import Judge
    from lambda_src.processor.stores.store import Rejection, Store, Writer

ARCHIVE_SECONDS = 8.0
"""Reserved for all later steps while the stores of single readings are written.

A call that hangs for longer ends the invocation; the whole batch is then redelivered, which changes nothing that was
stored.
"""


class PipelineParts(NamedTuple):
    """The parts of a deployment's processor."""

    judge: Judge
    stores: Sequence[Store]
    """Stores that take each reading under its own key."""
    followers: Sequence[Writer]
    """Stores that take the readings that all of ``stores`` have."""
    quarantine: Keeper
    alerts: EpisodeAlerts | None
    workers: Workers
    now_ms: Callable[[], int]
    rules: DecodeRules = NO_RULES
    """How payloads are read."""
    ordered: bool = True
    """Whether the transport keeps an order. Then everything from the checkpoint, the first failed record, is
    redelivered.

    Without an order only the failed records are redelivered, each by itself and in any batch.
    """


class BatchReport(NamedTuple):
    """The result of a batch.

    ``checkpoint`` is the index of the first record to redeliver, or the batch's length. ``again`` has the indexes of
    all of them, increasing.
    """

    checkpoint: int
    again: Sequence[int]
    counts: dict[str, int]
    delayed_by: str | None = None
    """Why stored readings must be redelivered, for the log."""


def process(records: Sequence[DeliveredRecord], parts: PipelineParts, deadline: Deadline) -> BatchReport:
    """Process one batch. Raises what only a deployment fixes, so that the whole batch is redelivered."""
    intake = take_in(records, parts.judge, parts.rules)
    failed, rejections = store_in_all(intake.entries, parts.stores, parts.workers, deadline.keeping(ARCHIVE_SECONDS))
    indexes = {entry.record_index for entry in failed}
    again: Collection[int] = range(min(indexes, default=len(records)), len(records)) if parts.ordered else indexes
    final = _stored(intake, rejections).without(again)
    lost, alerted = finalize(final, parts, deadline)
    if lost:
        # The objects of an ordered batch are named by its data, so the whole batch can be delivered again.
        again = range(len(records)) if parts.ordered else {*again, *lost}
        final = final.without(again)
    counts = _counts(again, final, intake, alerted)
    return BatchReport(
        min(again, default=len(records)), sorted(again), counts, "; ".join(sorted({*lost.values()})) or None
    )


def store_in_all(
    entries: Sequence[Entry], stores: Sequence[Store], workers: Workers, deadline: Deadline
) -> tuple[list[Entry], list[Rejection]]:
    """Write to all stores, side by side. Returns what failed for now, and what was rejected for good.

    What one store rejects no other store gets: what the data tell is rejected before any write, and a store that
    decides only when it is written is written first. What such a store could not take yet the others do not get either.
    """
    failed: list[Entry] = []
    rejections: list[Rejection] = []
    for store in stores:
        rejected = store.rejects(entries)
        rejections += rejected
        entries = _less(entries, [rejection.entry for rejection in rejected])
    for stage in _stages(stores):
        outcomes = workers.run(partial(store.write, entries, deadline) for store in stage)
        left = [entry for outcome in outcomes for entry in outcome.failed]
        rejected = [rejection for outcome in outcomes for rejection in outcome.rejected]
        failed += left
        rejections += rejected
        entries = _less(entries, [*left, *(rejection.entry for rejection in rejected)])
    return failed, rejections


def _stages(stores: Sequence[Store]) -> Iterator[Sequence[Store]]:
    """Each store that decides for itself, then all others together."""
    yield from ((store,) for store in stores if store.decides)
    yield [store for store in stores if not store.decides]


def _less(entries: Sequence[Entry], gone: Sequence[Entry]) -> Sequence[Entry]:
    if not gone:
        return entries
    identities = {entry.reading.identity for entry in gone}
    return [entry for entry in entries if entry.reading.identity not in identities]


def _stored(intake: Intake, rejections: Sequence[Rejection]) -> FinalBatch:
    """The readings of a batch that no store rejected, the outages, and all that was refused."""
    refused = intake.refused + [
        refuse(r.entry.record, r.entry.record_index, r.entry.position, r.reason, r.detail) for r in rejections
    ]
    entries = _less(intake.entries, [rejection.entry for rejection in rejections])
    return FinalBatch(entries, condense(sorted(refused, key=place)), intake.outages)


def _counts(again: Collection[int], final: FinalBatch, intake: Intake, alerted: AlertCounts) -> dict[str, int]:
    """The metrics of a batch, by name. What is delivered again is counted then, not now."""
    return {
        "ReadingsProcessed": len(final.entries),
        "ReadingsQuarantined": sum(len(one.item.reasons) for one in final.refused),
        "DuplicateReadings": sum(record_index not in again for record_index in intake.duplicates),
        "SensorOutages": len(final.outages),
        "AnomaliesDetected": len(final.anomalies()),
        "AlertsPublished": alerted.published,
        "UnsignedAlerts": alerted.unsigned,
        "LateAnomalies": alerted.late,
        "RecordsFailed": len(again),
    }
