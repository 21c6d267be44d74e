"""What follows once the stores of single readings have answered: archives, device states, quarantine and alerts.

They do not wait for each other, so that an archive that is slow or fails delays no alert. A record that is delivered
again because one of them failed goes through all of them again: write only what redelivery overwrites.
"""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.processor.alerts.alerts import AlertCounts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.quarantine import Quarantined
    from lambda_src.processor.alerts.alerts import EpisodeAlerts
    from lambda_src.processor.pipeline import PipelineParts
    from lambda_src.processor.record import Entry, RefusedReading
    from lambda_src.processor.stores.store import Writer


class Settled(NamedTuple):
    """The part of a batch that is not delivered again, in the order of its records."""

    entries: Sequence[Entry]
    refused: Sequence[RefusedReading]

    def anomalies(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.verdict.is_anomaly]

    def without(self, places: Collection[int]) -> Settled:
        """Less the records at these places of the batch."""
        if not places:
            return self
        return Settled(
            [entry for entry in self.entries if entry.place not in places],
            [refused for refused in self.refused if refused.place not in places],
        )


class Finalized(NamedTuple):
    """``lost`` says why, for the places of the records that must be delivered again after all."""

    lost: Mapping[int, str] = {}
    alerted: AlertCounts = AlertCounts()


def finalize(settled: Settled, parts: PipelineParts, deadline: Deadline) -> Finalized:
    """Do all steps side by side. Raises the SDK's error for what only a deployment can fix, after all have ended."""
    steps: list[Callable[[], Finalized]] = [
        partial(_follow, follower, settled.entries, deadline) for follower in parts.followers
    ]
    steps += [partial(_keep, refused, parts, deadline) for refused in _objects(settled.refused, ordered=parts.ordered)]
    if parts.alerts is not None:
        steps.append(partial(_announce, parts.alerts, settled.entries, deadline))
    done = parts.workers.run(steps)
    return Finalized(
        {place: why for step in done for place, why in step.lost.items()},
        AlertCounts(*map(sum, zip(*(step.alerted for step in done), strict=True))),
    )


def _follow(follower: Writer, entries: Sequence[Entry], deadline: Deadline) -> Finalized:
    why = f"{type(follower).__name__} could not store it"
    return Finalized({entry.place: why for entry in follower.write(entries, deadline).failed})


def _objects(refused: Sequence[RefusedReading], *, ordered: bool) -> list[list[RefusedReading]]:
    """One object per batch where the transport keeps an order. Otherwise one per record: it is overwritten, whatever
    other records it is redelivered with.
    """
    if ordered:
        return [list(refused)] if refused else []
    return [list(group) for _, group in groupby(refused, key=lambda one: one.place)]


def _keep(refused: Sequence[RefusedReading], parts: PipelineParts, deadline: Deadline) -> Finalized:
    if deadline.passed():
        return Finalized(dict.fromkeys([one.place for one in refused], "no time was left for the quarantine"))
    items: list[Quarantined] = [one.item for one in refused]
    try:
        parts.quarantine.write(items, parts.now_ms())
    except TemporaryFailureError as error:
        return Finalized(dict.fromkeys([one.place for one in refused], str(error)))
    return Finalized()


def _announce(alerts: EpisodeAlerts, entries: Sequence[Entry], deadline: Deadline) -> Finalized:
    counts, failed = alerts.announce(entries, deadline)
    return Finalized(dict.fromkeys([entry.place for entry in failed], "its alert was not published"), counts)
