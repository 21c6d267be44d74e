"""What follows once the stores of single readings have answered: archive, quarantine, alert.

Nothing may be left here for a record that comes again but what its next delivery overwrites.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.processor.alerts.alerts import Announced

if TYPE_CHECKING:
    from collections.abc import Collection

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.alerts.alerts import AlertCounts
    from lambda_src.processor.pipeline import PipelineParts
    from lambda_src.processor.record import Entry, RefusedReading


class Settled(NamedTuple):
    """The part of a batch that does not come again, in the order of its records."""

    entries: list[Entry]
    refused: list[RefusedReading]

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


class Settling(NamedTuple):
    """How far it got; ``lost`` says why, for the places of the records that have to come again after all."""

    settled: Settled
    alerted: AlertCounts
    lost: dict[int, str]


def settle_whole(settled: Settled, parts: PipelineParts, deadline: Deadline) -> AlertCounts:
    """Settle a batch with an order, as one; raises `TemporaryFailureError` when it has to come again whole."""
    for store in parts.followers:
        if store.write(settled.entries, deadline).failed:
            raise TemporaryFailureError(f"{type(store).__name__} did not take the batch")
    parts.quarantine.write([refused.item for refused in settled.refused], parts.now_ms())
    announced = _announce(settled, parts, deadline)
    if announced.failed:
        raise TemporaryFailureError(f"the alerts about {len(announced.failed)} readings were not published")
    return announced.counts


def settle_each(settled: Settled, parts: PipelineParts, deadline: Deadline) -> Settling:
    """Settle a batch without an order, each record for itself; what one step loses the next ones do not get."""
    lost: dict[int, str] = {}
    for store in parts.followers:
        why = f"{type(store).__name__} did not take it"
        lost |= {entry.place: why for entry in store.write(settled.entries, deadline).failed}
        settled = settled.without(lost)
    lost |= _quarantine(settled, parts, deadline)
    settled = settled.without(lost)
    announced = _announce(settled, parts, deadline)
    why = "its alert was not published"
    lost |= {entry.place: why for entry in announced.failed}
    return Settling(settled.without(lost), announced.counts, lost)


def _announce(settled: Settled, parts: PipelineParts, deadline: Deadline) -> Announced:
    return Announced() if parts.alerts is None else parts.alerts.announce(settled.entries, deadline)


def _quarantine(settled: Settled, parts: PipelineParts, deadline: Deadline) -> dict[int, str]:
    """One object a record: it is overwritten, whatever other records it comes with the next time."""
    lost: dict[int, str] = {}
    for place, refused in groupby(settled.refused, key=lambda refused: refused.place):
        if deadline.passed():
            lost[place] = "no time was left for the quarantine"
            continue
        try:
            parts.quarantine.write([one.item for one in refused], parts.now_ms())
        except TemporaryFailureError as error:
            lost[place] = str(error)
    return lost
