"""The steps after the stores of single readings: archives, device states, quarantine and alerts.

They do not wait for each other, so a slow or failing archive delays no alert. For a record that will be redelivered,
write only what redelivery overwrites.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.processor.alerts.alerts import AlertCounts
from lambda_src.processor.stores.store import OutageWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.quarantine import Quarantined
    from lambda_src.processor.alerts.alerts import EpisodeAlerts
    from lambda_src.processor.pipeline import PipelineParts
    from lambda_src.processor.record import Entry, RecordOutage, RefusedReading
    from lambda_src.processor.stores.store import Writer


class FinalBatch(NamedTuple):
    """The part of a batch that is not redelivered, in the order of its records."""

    entries: Sequence[Entry]
    refused: Sequence[RefusedReading]
    outages: Sequence[RecordOutage]

    def anomalies(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.verdict.is_anomaly]

    def without(self, indexes: Collection[int]) -> FinalBatch:
        """Return the batch without the records with these indexes."""
        if not indexes:
            return self
        return FinalBatch(
            [entry for entry in self.entries if entry.record_index not in indexes],
            [refused for refused in self.refused if refused.record_index not in indexes],
            [outage for outage in self.outages if outage.record_index not in indexes],
        )


class Finalized(NamedTuple):
    """The result of the steps. ``lost`` has the reasons, by index, of the records that must be redelivered
    after all.
    """

    lost: Mapping[int, str] = {}
    alerted: AlertCounts = AlertCounts()


def finalize(final: FinalBatch, parts: PipelineParts, deadline: Deadline) -> Finalized:
    """Run all steps side by side. Raises the SDK's error for what only a deployment fixes, after all have ended."""
    steps: list[Callable[[], Finalized]] = [partial(_follow, follower, final, deadline) for follower in parts.followers]
    steps += [partial(_keep, refused, parts, deadline) for refused in _objects(final.refused, ordered=parts.ordered)]
    if parts.alerts is not None:
        steps.append(partial(_announce, parts.alerts, final.entries, deadline))
    done = parts.workers.run(steps)
    return Finalized(
        {record_index: why for step in done for record_index, why in step.lost.items()},
        AlertCounts(*map(sum, zip(*(step.alerted for step in done), strict=True))),
    )


def _follow(follower: Writer, final: FinalBatch, deadline: Deadline) -> Finalized:
    if isinstance(follower, OutageWriter):
        outcome = follower.write_all(final.entries, final.outages, deadline)
    else:
        outcome = follower.write(final.entries, deadline)
    why = f"{type(follower).__name__} could not store it"
    indexes = [entry.record_index for entry in outcome.failed] + [one.record_index for one in outcome.outages]
    return Finalized(dict.fromkeys(indexes, why))


def _objects(refused: Sequence[RefusedReading], *, ordered: bool) -> list[list[RefusedReading]]:
    """One object per batch where the transport keeps an order. Otherwise one per record: it is overwritten, whatever
    other records it is redelivered with.
    """
    if ordered:
        return [list(refused)] if refused else []
    return [list(group) for _, group in groupby(refused, key=lambda one: one.record_index)]


def _keep(refused: Sequence[RefusedReading], parts: PipelineParts, deadline: Deadline) -> Finalized:
    if deadline.passed():
        return Finalized(dict.fromkeys([one.record_index for one in refused], "no time was left for the quarantine"))
    items: list[Quarantined] = [one.item for one in refused]
    try:
        parts.quarantine.write(items, parts.now_ms())
    except TemporaryFailureError as error:
        return Finalized(dict.fromkeys([one.record_index for one in refused], str(error)))
    return Finalized()


def _announce(alerts: EpisodeAlerts, entries: Sequence[Entry], deadline: Deadline) -> Finalized:
    counts, failed = alerts.announce(entries, deadline)
    return Finalized(dict.fromkeys([entry.record_index for entry in failed], "its alert was not published"), counts)
