"""What happens to a batch: take in, store, find the checkpoint, archive, quarantine, alert.

Nothing in here knows AWS. The order matters: only what lies before the checkpoint may be archived, quarantined or
alerted about, since everything from it on is delivered again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.errors import TemporaryFailureError
from lambda_src.processor.alerts.alerts import AlertCounts, Alerts
from lambda_src.processor.intake import Intake, take_in
from lambda_src.processor.record import Entry, Record, Refused, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_src.common.deadline import Deadline
    from lambda_src.common.quarantine import Quarantine
    from lambda_src.processor.judge import Judge
    from lambda_src.processor.stores.store import Rejection, Store

ARCHIVE_SECONDS = 8.0
"""Kept free for all that follows the checkpoint while the stores of single readings are written. A call that hangs
for longer ends the invocation; the whole batch then comes again, which changes nothing that was stored.
"""


class Parts(NamedTuple):
    """What a deployment's processor is made of."""

    judge: Judge
    stores: Sequence[Store]
    """Stores that take each reading under its own key."""
    followers: Sequence[Store]
    """Stores that take a batch as a whole, once it is known how far the batch got: what one of them cannot take now
    brings the whole batch again.
    """
    quarantine: Quarantine
    alerts: Alerts | None
    now_ms: Callable[[], int]


class Report(NamedTuple):
    """``checkpoint`` is the place of the first record to be delivered again, or the batch's length."""

    checkpoint: int
    counts: dict[str, int]
    delayed_by: str | None = None
    """Why the whole batch has to come again, for the log."""


class _Settled(NamedTuple):
    """The part of a batch before its checkpoint."""

    entries: list[Entry]
    refused: list[Refused]

    def anomalies(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.verdict.is_anomaly]


def process(records: Sequence[Record], parts: Parts, deadline: Deadline) -> Report:
    """Process one batch; raises what only a deployment mends, so that the whole batch is delivered again."""
    intake = take_in(records, parts.judge)
    failed, rejections = _store(intake.entries, parts.stores, deadline.keeping(ARCHIVE_SECONDS))
    checkpoint = min((entry.place for entry in failed), default=len(records))
    settled = _before(checkpoint, intake, rejections)
    try:
        alerted = _settle(settled, parts, deadline)
    except TemporaryFailureError as error:
        # The objects of this batch are named by its data, so the whole batch can simply come again.
        return Report(0, _counts(records, 0, _Settled([], []), [], AlertCounts()), str(error))
    return Report(checkpoint, _counts(records, checkpoint, settled, intake.duplicates, alerted))


def _store(
    entries: Sequence[Entry], stores: Sequence[Store], deadline: Deadline
) -> tuple[list[Entry], list[Rejection]]:
    """Write to every store; what one rejects the next ones do not get."""
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


def _before(checkpoint: int, intake: Intake, rejections: Sequence[Rejection]) -> _Settled:
    refused = intake.refused + [
        refuse(r.entry.record, r.entry.place, r.entry.position, r.reason, r.detail) for r in rejections
    ]
    gone = {rejection.entry.reading.identity for rejection in rejections}
    return _Settled(
        [e for e in intake.entries if e.place < checkpoint and not (gone and e.reading.identity in gone)],
        sorted((r for r in refused if r.place < checkpoint), key=lambda r: r.place),
    )


def _settle(settled: _Settled, parts: Parts, deadline: Deadline) -> AlertCounts:
    """Archive, quarantine and alert; raises `TemporaryFailureError` when one of them has to be repeated."""
    for store in parts.followers:
        if store.write(settled.entries, deadline).failed:
            raise TemporaryFailureError(f"{type(store).__name__} did not take the batch")
    parts.quarantine.write([refused.item for refused in settled.refused], parts.now_ms())
    if parts.alerts is None:
        return AlertCounts()
    return parts.alerts.announce(settled.anomalies(), deadline)


def _counts(
    records: Sequence[Record],
    checkpoint: int,
    settled: _Settled,
    duplicates: Sequence[int],
    alerted: AlertCounts,
) -> dict[str, int]:
    """The metrics of a batch, by name. What is delivered again is counted then, not now."""
    return {
        "ReadingsProcessed": len(settled.entries),
        "ReadingsQuarantined": len(settled.refused),
        "DuplicateReadings": sum(place < checkpoint for place in duplicates),
        "AnomaliesDetected": len(settled.anomalies()),
        "AlertsPublished": alerted.published,
        "UnsignedAlerts": alerted.unsigned,
        "LateAnomalies": alerted.late,
        "RecordsFailed": len(records) - checkpoint,
    }
