"""What happens to a batch: take in, store, find what has to come again, and settle the rest.

Nothing in here knows AWS. The order matters: what is delivered again may not be archived, quarantined or alerted about
before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.processor.alerts.alerts import AlertCounts, EpisodeAlerts
from lambda_src.processor.finalize import Settled, settle_each, settle_whole
from lambda_src.processor.intake import Intake, take_in
from lambda_src.processor.record import DeliveredRecord, Entry, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.quarantine import Keeper
    from lambda_src.processor.judge import Judge
    from lambda_src.processor.stores.store import Rejection, Store

ARCHIVE_SECONDS = 8.0
"""Kept free for all that follows while the stores of single readings are written. A call that hangs for longer ends
the invocation; the whole batch then comes again, which changes nothing that was stored.
"""


class PipelineParts(NamedTuple):
    """What a deployment's processor is made of."""

    judge: Judge
    stores: Sequence[Store]
    """Stores that take each reading under its own key."""
    followers: Sequence[Store]
    """Stores that take what the batch settles, once that is known: where there is an order, what one of them cannot
    take now brings the whole batch again.
    """
    quarantine: Keeper
    alerts: EpisodeAlerts | None
    now_ms: Callable[[], int]
    ordered: bool = True
    """Whether the transport keeps an order: then everything from the first failed record on, the checkpoint, is
    delivered again. Without one only the failed records are, each for itself and in whatever batch.
    """


class BatchReport(NamedTuple):
    """``checkpoint`` is the place of the first record to be delivered again, or the batch's length; ``again`` are the
    places of all of them, increasing.
    """

    checkpoint: int
    again: Sequence[int]
    counts: dict[str, int]
    delayed_by: str | None = None
    """Why stored readings have to come again, for the log."""


def process(records: Sequence[DeliveredRecord], parts: PipelineParts, deadline: Deadline) -> BatchReport:
    """Process one batch; raises what only a deployment mends, so that the whole batch is delivered again."""
    intake = take_in(records, parts.judge)
    failed, rejections = store_in_all(intake.entries, parts.stores, deadline.keeping(ARCHIVE_SECONDS))
    stored = _stored(intake, rejections)
    places = {entry.place for entry in failed}
    return (_in_order if parts.ordered else _one_by_one)(len(records), places, stored, intake, parts, deadline)


def _in_order(
    size: int, failed: Collection[int], stored: Settled, intake: Intake, parts: PipelineParts, deadline: Deadline
) -> BatchReport:
    checkpoint = min(failed, default=size)
    again = range(checkpoint, size)
    settled = stored.without(again)
    try:
        alerted = settle_whole(settled, parts, deadline)
    except TemporaryFailureError as error:
        # The objects of this batch are named by its data, so the whole batch can simply come again.
        again = range(size)
        return BatchReport(0, again, _counts(again, Settled([], []), [], AlertCounts()), str(error))
    return BatchReport(checkpoint, again, _counts(again, settled, intake.duplicates, alerted))


def _one_by_one(
    size: int, failed: Collection[int], stored: Settled, intake: Intake, parts: PipelineParts, deadline: Deadline
) -> BatchReport:
    settled, alerted, lost = settle_each(stored.without(failed), parts, deadline)
    again = sorted({*failed, *lost})
    counts = _counts(again, settled, intake.duplicates, alerted)
    return BatchReport(min(again, default=size), again, counts, "; ".join(sorted({*lost.values()})) or None)


def store_in_all(
    entries: Sequence[Entry], stores: Sequence[Store], deadline: Deadline
) -> tuple[list[Entry], list[Rejection]]:
    """Write to every store; what one rejects the next ones do not get. Returns what failed for now, and for good."""
    failed: list[Entry] = []
    rejections: list[Rejection] = []
    for store in stores:
        outcome = store.write(entries, deadline)
        failed.extend(outcome.failed)
        if outcome.rejected:
            rejections.extend(outcome.rejected)
            refused = {rejection.entry.reading.identity for rejection in outcome.rejected}
            entries = [entry for entry in entries if entry.reading.identity not in refused]
    return failed, rejections


def _stored(intake: Intake, rejections: Sequence[Rejection]) -> Settled:
    """The readings of a batch that no store rejected, and all that was refused."""
    refused = intake.refused + [
        refuse(r.entry.record, r.entry.place, r.entry.position, r.reason, r.detail) for r in rejections
    ]
    gone = {rejection.entry.reading.identity for rejection in rejections}
    entries = [entry for entry in intake.entries if entry.reading.identity not in gone] if gone else intake.entries
    return Settled(entries, sorted(refused, key=lambda refused: refused.place))


def _counts(
    again: Collection[int], settled: Settled, duplicates: Sequence[int], alerted: AlertCounts
) -> dict[str, int]:
    """The metrics of a batch, by name. What is delivered again is counted then, not now."""
    return {
        "ReadingsProcessed": len(settled.entries),
        "ReadingsQuarantined": len(settled.refused),
        "DuplicateReadings": sum(place not in again for place in duplicates),
        "AnomaliesDetected": len(settled.anomalies()),
        "AlertsPublished": alerted.published,
        "UnsignedAlerts": alerted.unsigned,
        "LateAnomalies": alerted.late,
        "RecordsFailed": len(again),
    }
