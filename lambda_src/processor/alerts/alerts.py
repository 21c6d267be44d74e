"""One alert an episode: decide, open, publish, mark; in that order, so that a crash in between repeats an alert
rather than losing it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.alerting.publisher import Alert
from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.processor.alerts.episodes import AnomalyRun, Episode, EpisodeStep, decide, runs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_src.common.alerting.publisher import Publisher
    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.alerts.table import EpisodeTable
    from lambda_src.processor.record import Entry

KNOWN_SENSORS = 10_000
"""Episodes kept in memory, about 3 MB; the table knows the ones that were forgotten."""


class AlertCounts(NamedTuple):
    published: int = 0
    unsigned: int = 0
    late: int = 0
    """Anomalies that are older than the latest episode of their sensor; they are stored, and not alerted about."""


class EpisodeAlerts:
    """Remembers open episodes, so that one that goes on costs a call only now and then."""

    def __init__(self, table: EpisodeTable, publisher: Publisher, *, quiet_seconds: int, environment: str) -> None:
        self._table = table
        self._publisher = publisher
        self._quiet_ms = quiet_seconds * 1000
        self._environment = environment
        self._known: dict[str, Episode] = {}

    def announce(self, anomalies: Iterable[Entry], deadline: Deadline) -> AlertCounts:
        """Publish an alert for each episode that these anomalies begin.

        Raises `TemporaryFailureError` when one could not go out: the table then says so, and the same anomalies
        delivered again publish it.
        """
        counts = AlertCounts()
        for wave in _waves(runs_of(anomalies, self._quiet_ms)):
            outbox = []
            for run in wave:
                step = self._advance(run, deadline)
                if step is EpisodeStep.LATE:
                    counts = counts._replace(late=counts.late + len(run.anomalies))
                elif step is EpisodeStep.ANNOUNCE:
                    outbox.append(run)
            if outbox:
                published, unsigned = self._publish(outbox, deadline)
                counts = AlertCounts(counts.published + published, counts.unsigned + unsigned, counts.late)
        return counts

    def _advance(self, run: AnomalyRun, deadline: Deadline) -> EpisodeStep:
        """Bring the table and the memory up to this run; `EpisodeStep.ANNOUNCE` where its alert has to go out."""
        # Taken out of the memory meanwhile: after a failure the table is asked again.
        known = self._known.pop(run.sensor, None)
        # An episode is ours as long as this invocation may live.
        until_ms = self._table.now_ms() + round(deadline.keeping(0).remaining() * 1000)
        ours, step = False, self._decide(run, known)
        if known is None or step is EpisodeStep.OPEN:
            known, ours = self._table.open(run, self._quiet_ms, until_ms)
            # What stands against an opening reaches into this run, so it cannot come out as OPEN again.
            step = EpisodeStep.ANNOUNCE if ours else self._decide(run, known)
        if step is EpisodeStep.ANNOUNCE and not ours:
            known, ours = self._table.claim(run, known, until_ms)
            # What stands against a claim is announced, claimed by another, or a later episode.
            step = EpisodeStep.ANNOUNCE if ours else self._decide(run, known)
        if step is EpisodeStep.EXTEND:
            known = self._table.extend(run, known)
        if step is not EpisodeStep.LATE:
            known = known._replace(last_ms=max(known.last_ms, run.last_ms))
        self._remember(run.sensor, known)
        return step

    def _decide(self, run: AnomalyRun, known: Episode | None) -> EpisodeStep:
        return decide(run, known, self._quiet_ms, self._table.now_ms())

    def _publish(self, runs: Sequence[AnomalyRun], deadline: Deadline) -> tuple[int, int]:
        result = self._publisher.publish([self._alert(run) for run in runs], deadline)
        done = {alert.alert_id for alert in result.done}
        for run in runs:
            if _alert_id(run, self._known[run.sensor]) in done:
                known = self._known.pop(run.sensor)
                self._table.mark_announced(run.sensor, known.start_ms)
                self._remember(run.sensor, known._replace(announced=True))
        if result.failed:
            raise TemporaryFailureError(f"{len(result.failed)} alerts could not be published")
        return len(result.done), result.unsigned

    def _alert(self, run: AnomalyRun) -> Alert:
        reading = run.first.reading
        known = self._known[run.sensor]
        return Alert(
            _alert_id(run, known),
            reading.device_id,
            reading.sensor_type,
            reading.value,
            reading.timestamp_ms,
            run.first.verdict.severity,
            run.first.verdict.reason,
            reading.production_line,
            known.start_ms,
            self._environment,
        )

    def _remember(self, sensor: str, episode: Episode) -> None:
        self._known[sensor] = episode
        if len(self._known) > KNOWN_SENSORS:
            self._known.pop(next(iter(self._known)))


def _alert_id(run: AnomalyRun, known: Episode) -> str:
    return f"{run.sensor}#{known.start_ms}"


def _waves(runs: Sequence[AnomalyRun]) -> list[list[AnomalyRun]]:
    """Runs in waves of one a sensor: an episode is announced before the next one of its sensor replaces it."""
    waves: list[list[AnomalyRun]] = []
    depth: dict[str, int] = {}
    for run in runs:
        level = depth[run.sensor] = depth.get(run.sensor, -1) + 1
        if level == len(waves):
            waves.append([])
        waves[level].append(run)
    return waves
