"""What the ``alerts`` table knows of a sensor: its latest episodes and the alerts that are not yet published."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambda_src.common.alerting.publisher import Alert
    from lambda_src.processor.judge import Severity


class Episode(NamedTuple):
    """Times are the device's, in UTC milliseconds."""

    start_ms: int
    """The anomaly that opened it; it names the episode."""
    first_ms: int
    """Its earliest anomaly: earlier than the start where that arrived late."""
    last_ms: int
    """Its latest anomaly."""
    severity: Severity
    """The highest so far."""
    ended_ms: int | None = None
    """The reading that showed its end. Anomalies from this time on belong to other episodes."""


class PendingAlert(NamedTuple):
    """An alert that is not known to be published."""

    alert: Alert
    cause_ms: int
    """The time of the reading that caused it."""
    until_ms: int
    """Until then, by the clock of the functions, the invocation that claimed it may be about to publish it."""


class SensorEpisodes(NamedTuple):
    """What the ``alerts`` table says of a sensor."""

    episodes: tuple[Episode, ...] = ()
    """The latest ones, in the order of their times; they do not overlap."""
    pending: tuple[PendingAlert, ...] = ()
    horizon_ms: int = 0
    """Episodes before this time are forgotten."""
    version: int = 0
    """Grows with every change; 0 where the table has no item."""

    def open_until(self, quiet_ms: int) -> int | None:
        """The earliest time after which a reading ends an episode; None while none is open."""
        return min((each.last_ms + quiet_ms for each in self.episodes if each.ended_ms is None), default=None)

    def without(self, alert_ids: frozenset[str]) -> SensorEpisodes:
        """The same with these alerts published."""
        pending = tuple(each for each in self.pending if each.alert.alert_id not in alert_ids)
        return self if pending == self.pending else self._replace(pending=pending, version=self.version + 1)
