"""One alert per change of an episode: decide, write, publish, mark.

The order makes a crash in between repeat an alert under the same id rather than lose it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.processor.alerts.episode_store import EpisodeStore
from lambda_src.processor.alerts.episodes import Rules, SensorReading, advance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lambda_src.common.alerting.publisher import Alert, Publisher
    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.alerts.episode_state import SensorEpisodes
    from lambda_src.processor.alerts.episodes import Step
    from lambda_src.processor.alerts.table import EpisodeTable
    from lambda_src.processor.record import Entry


SENSORS_PER_GROUP = 100
"""Are finished before the next ones are begun, so that progress is kept where the time runs out."""
ALERTS_AT_ONCE = 20
"""Are published and marked together, in two calls and one: what a crash can repeat at most."""
ANSWER_SECONDS = 1.0
"""Kept free for metrics, log and answer while published alerts are marked."""


class AlertCounts(NamedTuple):
    published: int = 0
    unsigned: int = 0
    late: int = 0
    """Anomalies older than all remembered episodes of their sensor; they are stored, but nobody is alerted."""


class Announced(NamedTuple):
    """``failed`` are the readings whose alerts could not be decided or published; delivered again, they are."""

    counts: AlertCounts = AlertCounts()
    failed: Sequence[Entry] = ()


class EpisodeAlerts:
    """Takes stored readings and publishes what they change about the episodes of their sensors."""

    def __init__(self, table: EpisodeTable, publisher: Publisher, *, quiet_seconds: int, environment: str) -> None:
        self._store = EpisodeStore(table)
        self._publisher = publisher
        self._quiet_ms = quiet_seconds * 1000
        self._environment = environment
        self._now_ms = table.now_ms

    def announce(self, entries: Sequence[Entry], deadline: Deadline) -> Announced:
        """Publish the alerts that these readings cause, as many as fit into the deadline.

        Raises the SDK's error for what is not temporary.
        """
        news = self._news(entries, deadline)
        counts, failed = AlertCounts(), set[str]()
        sensors = list(news)
        for start in range(0, len(sensors), SENSORS_PER_GROUP):
            group = sensors[start : start + SENSORS_PER_GROUP]
            added, unfinished = self._finish({sensor: news[sensor] for sensor in group}, deadline)
            counts = AlertCounts(*map(sum, zip(counts, added, strict=True)))
            failed |= unfinished
        return Announced(counts, [entry for sensor in failed for entry in news[sensor]])

    def _finish(self, news: Mapping[str, Sequence[Entry]], deadline: Deadline) -> tuple[AlertCounts, set[str]]:
        """All steps for some sensors; returns also those for which not everything was done."""
        steps, failed = self._decide(news, deadline)
        counts = AlertCounts(late=sum(step.late for step in steps.values()))
        due = [(alert, sensor) for sensor, step in steps.items() for alert in step.due]
        for start in range(0, len(due), ALERTS_AT_ONCE):
            published, unsigned, unpublished = self._publish(dict(due[start : start + ALERTS_AT_ONCE]), deadline)
            counts = AlertCounts(counts.published + published, counts.unsigned + unsigned, counts.late)
            failed |= unpublished
        return counts, failed

    def _news(self, entries: Sequence[Entry], deadline: Deadline) -> Mapping[str, list[Entry]]:
        """The readings that may change something, by sensor: of all that have anomalies here or an open episode."""
        if not entries:
            return {}
        newest_ms = max([entry.reading.timestamp_ms for entry in entries])
        sensors = {_sensor(entry) for entry in entries if entry.verdict.is_anomaly}
        sensors |= self._store.to_look_at(newest_ms, deadline)
        news: defaultdict[str, list[Entry]] = defaultdict(list)
        # Most readings are of devices without any of these sensors; this check is cheaper than building a name.
        devices = {sensor.rpartition("#")[0] for sensor in sensors}
        for entry in entries if devices else ():
            # A bad reading is never judged: it shows nothing about an episode.
            if entry.reading.device_id not in devices or entry.reading.quality == "bad":
                continue
            if (sensor := _sensor(entry)) in sensors:
                news[sensor].append(entry)
        return news

    def _decide(self, news: Mapping[str, Sequence[Entry]], deadline: Deadline) -> tuple[Mapping[str, Step], set[str]]:
        """What was decided and written, by sensor, and the sensors for which that failed."""
        now_ms = self._now_ms()
        # A claim lasts as long as this invocation may live.
        rules = Rules(self._quiet_ms, self._environment, now_ms, now_ms + round(deadline.keeping(0).remaining() * 1000))
        steps: dict[str, Step] = {}

        def decide(sensor: str, state: SensorEpisodes) -> SensorEpisodes:
            steps[sensor] = advance(sensor, state, [_judged(entry) for entry in news[sensor]], rules)
            return steps[sensor].state

        failed = self._store.change(list(news), decide, deadline)
        return {sensor: step for sensor, step in steps.items() if sensor not in failed}, failed

    def _publish(self, due: Mapping[Alert, str], deadline: Deadline) -> tuple[int, int, set[str]]:
        """Publish and mark; returns how many, how many of them unsigned, and the sensors for which it failed."""
        try:
            result = self._publisher.publish(list(due), deadline)
        except TemporaryFailureError:
            # The signing secret cannot be read for now.
            return 0, 0, set(due.values())
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for alert in result.done:
            ids[due[alert]].add(alert.alert_id)

        def mark(sensor: str, state: SensorEpisodes) -> SensorEpisodes:
            return state.without(frozenset(ids[sensor]))

        # What is published and not marked would be published again, so marking may take longer.
        marking = deadline.keeping(ANSWER_SECONDS)
        unmarked = self._store.change(list(ids), mark, marking, just_written=True)
        return len(result.done), result.unsigned, unmarked | {due[alert] for alert in result.failed}


def _sensor(entry: Entry) -> str:
    return f"{entry.reading.device_id}#{entry.reading.sensor_type}"


def _judged(entry: Entry) -> SensorReading:
    reading, verdict = entry.reading, entry.verdict
    return SensorReading(reading.timestamp_ms, verdict.severity, reading.value, verdict.reason, reading.production_line)
