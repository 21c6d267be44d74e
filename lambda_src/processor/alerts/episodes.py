"""The episodes of one sensor, and the alerts that its readings cause. Pure: known state in, new state and alerts out.

An episode is a stretch of anomalies of one sensor, each at most the quiet time after the one before, in the device's
time. It opens with its first anomaly, escalates when a warning becomes critical, and ends when a reading of its sensor
shows that the quiet time has passed without an anomaly. While a sensor is silent nobody knows whether its episode is
over, so it stays open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.alerting.publisher import Alert
from lambda_src.processor.alerts.episode_state import Episode, PendingAlert, SensorEpisodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.alerting.publisher import AlertState
    from lambda_src.processor.judge import Severity

KEPT_EPISODES = 10
"""Of each sensor. Anomalies older than these cannot be told from ones that were alerted about already."""


class SensorReading(NamedTuple):
    """What a judged reading says about its sensor's episodes."""

    time_ms: int
    severity: Severity
    value: float
    reason: str | None
    production_line: str | None


class Rules(NamedTuple):
    quiet_ms: int
    environment: str
    now_ms: int
    until_ms: int
    """Until when this invocation may still publish what it claims."""


class Step(NamedTuple):
    """What readings change; ``state`` is the very object that went in where they change nothing."""

    state: SensorEpisodes
    due: tuple[Alert, ...] = ()
    """Alerts that this invocation has to publish once the state is written."""
    late: int = 0
    """Anomalies from before the horizon; no alert follows from them."""


def advance(sensor: str, known: SensorEpisodes, readings: Sequence[SensorReading], rules: Rules) -> Step:
    """Take in readings of ``sensor``, ``<device_id>#<sensor_type>``, in any order."""
    work = _Work(sensor, known, rules)
    work.take_over({reading.time_ms for reading in readings})
    for reading in sorted(readings, key=lambda reading: reading.time_ms):
        work.take(reading)
    return work.step()


class _Work:
    """One call of `advance`."""

    def __init__(self, sensor: str, known: SensorEpisodes, rules: Rules) -> None:
        self._sensor = sensor
        self._known = known
        self._rules = rules
        self._episodes = list(known.episodes)
        self._pending: list[PendingAlert] = []
        self._due: list[Alert] = []
        self._late = 0

    def take_over(self, times: set[int]) -> None:
        """Claim alerts whose invocation has failed.

        It has where the reading that caused the alert is delivered again, and where its time is up.
        """
        for each in self._known.pending:
            if each.cause_ms in times or each.until_ms <= self._rules.now_ms:
                self._claim(each.alert, each.cause_ms)
            else:
                self._pending.append(each)

    def take(self, reading: SensorReading) -> None:
        for index, episode in enumerate(self._episodes):
            if episode.ended_ms is None and episode.last_ms + self._rules.quiet_ms < reading.time_ms:
                self._end(index, reading.time_ms, reading)
        if reading.severity == "normal":
            return
        own = self._place_of(reading.time_ms)
        if own is not None:
            self._extend(own, reading)
        elif reading.time_ms < self._known.horizon_ms:
            self._late += 1
        else:
            self._open(reading)

    def step(self) -> Step:
        episodes, horizon_ms = self._kept()
        pending = tuple(self._pending)
        known = self._known
        unchanged = (episodes, pending, horizon_ms) == (known.episodes, known.pending, known.horizon_ms)
        # A claim is always written, so that of two invocations one gets it.
        if unchanged and not self._due:
            return Step(known, (), self._late)
        state = SensorEpisodes(episodes, pending, horizon_ms, known.version + 1)
        return Step(state, tuple(self._due), self._late)

    def _place_of(self, time_ms: int) -> int | None:
        """The episode that an anomaly of this time belongs to; of two neighbours the earlier one.

        No episode reaches into the next one, however late the anomalies between them arrive.
        """
        quiet_ms = self._rules.quiet_ms
        for index, episode in enumerate(self._episodes):
            ends = [episode.ended_ms, *(following.first_ms for following in self._episodes[index + 1 : index + 2])]
            before_its_end = all(end is None or time_ms < end for end in ends)
            if episode.first_ms - quiet_ms <= time_ms <= episode.last_ms + quiet_ms and before_its_end:
                return index
        return None

    def _open(self, reading: SensorReading) -> None:
        time_ms = reading.time_ms
        index = sum(episode.first_ms < time_ms for episode in self._episodes)
        self._episodes.insert(index, Episode(time_ms, time_ms, time_ms, reading.severity))
        self._claim(self._alert("opened", index, reading), time_ms)
        if index + 1 < len(self._episodes):
            # It comes late, and the anomaly that follows it shows that it is over.
            self._end(index, self._episodes[index + 1].first_ms, reading)

    def _extend(self, index: int, reading: SensorReading) -> None:
        episode = self._episodes[index]
        escalates = (episode.severity, reading.severity) == ("warning", "critical")
        self._episodes[index] = episode._replace(
            first_ms=min(episode.first_ms, reading.time_ms),
            last_ms=max(episode.last_ms, reading.time_ms),
            severity=reading.severity if escalates else episode.severity,
        )
        if escalates:
            self._claim(self._alert("escalated", index, reading), reading.time_ms)

    def _end(self, index: int, evidence_ms: int, reading: SensorReading) -> None:
        episode = self._episodes[index]
        self._episodes[index] = episode._replace(ended_ms=evidence_ms)
        # Its time and severity follow from the episode alone, whichever reading showed the end.
        ended = SensorReading(episode.last_ms, episode.severity, 0.0, None, reading.production_line)
        self._claim(self._alert("ended", index, ended), reading.time_ms)

    def _claim(self, alert: Alert, cause_ms: int) -> None:
        self._pending.append(PendingAlert(alert, cause_ms, self._rules.until_ms))
        self._due.append(alert)

    def _alert(self, state: AlertState, index: int, reading: SensorReading) -> Alert:
        device_id, _, sensor_type = self._sensor.rpartition("#")
        start_ms = self._episodes[index].start_ms
        ended = state == "ended"
        return Alert(
            alert_id=f"{self._sensor}#{start_ms}#{state}",
            device_id=device_id,
            sensor_type=sensor_type,
            state=state,
            value=None if ended else reading.value,
            timestamp_ms=reading.time_ms,
            severity=reading.severity,
            reason=f"no anomaly for {self._rules.quiet_ms / 1000:g} s" if ended else reading.reason,
            production_line=reading.production_line,
            episode_start_ms=start_ms,
            environment=self._rules.environment,
        )

    def _kept(self) -> tuple[tuple[Episode, ...], int]:
        horizon_ms = self._known.horizon_ms
        kept = list(self._episodes)
        while len(kept) > KEPT_EPISODES and (ended_ms := kept[0].ended_ms) is not None:
            horizon_ms = max(horizon_ms, ended_ms)
            del kept[0]
        return tuple(kept), horizon_ms
