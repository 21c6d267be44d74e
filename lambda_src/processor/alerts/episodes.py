"""Episodes: one alert a device, sensor and stretch of anomalies. Pure: what is known goes in, what to do comes out."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_src.processor.record import Entry


class AnomalyRun(NamedTuple):
    """Anomalies of one sensor in one batch, none further from the next than the quiet time."""

    sensor: str
    """``<device_id>#<sensor_type>``, the key of the alerts table."""
    anomalies: tuple[Entry, ...]
    """In the order of the device's time."""

    @property
    def first(self) -> Entry:
        return self.anomalies[0]

    @property
    def start_ms(self) -> int:
        return _time(self.first)

    @property
    def last_ms(self) -> int:
        return _time(self.anomalies[-1])

    def has(self, moment_ms: int) -> bool:
        """Whether one of the anomalies is of this moment."""
        return any(_time(entry) == moment_ms for entry in self.anomalies)


class Episode(NamedTuple):
    """What is known of a sensor's latest episode; times are the device's."""

    start_ms: int
    last_ms: int
    """Its last anomaly, as far as this container knows."""
    written_ms: int
    """Its last anomaly, as the table says."""
    announced: bool
    claimed_until_ms: int
    """Until then, by the clock of the functions, the invocation that opened it may still be about to announce it."""


class EpisodeStep(Enum):
    OPEN = "a new episode begins"
    ANNOUNCE = "the episode is open, but its alert never went out"
    EXTEND = "the episode goes on, and the table should know how far"
    CONTINUE = "the episode goes on, and the table knows enough"
    LATE = "all of it is older than the known episode"


def runs_of(anomalies: Iterable[Entry], quiet_ms: int) -> list[AnomalyRun]:
    """Anomalies as runs, those of a sensor in the order of their time."""
    by_sensor: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in anomalies:
        by_sensor[f"{entry.reading.device_id}#{entry.reading.sensor_type}"].append(entry)
    return [run for sensor, entries in by_sensor.items() for run in _split(sensor, entries, quiet_ms)]


def _split(sensor: str, entries: Sequence[Entry], quiet_ms: int) -> list[AnomalyRun]:
    ordered = sorted(entries, key=_time)
    starts = [0] + [i for i, (a, b) in enumerate(pairwise(ordered), start=1) if _time(b) - _time(a) > quiet_ms]
    ends = [*starts[1:], len(ordered)]
    return [AnomalyRun(sensor, tuple(ordered[start:end])) for start, end in zip(starts, ends, strict=True)]


def _time(entry: Entry) -> int:
    return entry.reading.timestamp_ms


def decide(run: AnomalyRun, known: Episode | None, quiet_ms: int, now_ms: int) -> EpisodeStep:
    """What a run means, given the sensor's latest episode.

    An episode that was opened and not announced is another invocation's, which works beside this one or has failed.
    It is ours where the anomaly that opened it was delivered again, to us, or where the other can no longer be at it.
    """
    if known is None or run.start_ms > known.last_ms + quiet_ms:
        return EpisodeStep.OPEN
    if run.last_ms < known.start_ms:
        return EpisodeStep.LATE
    if not known.announced and (run.has(known.start_ms) or now_ms >= known.claimed_until_ms):
        return EpisodeStep.ANNOUNCE
    # Half of the quiet time keeps the table near enough for another container, and saves a write a batch.
    if run.last_ms - known.written_ms >= quiet_ms / 2:
        return EpisodeStep.EXTEND
    return EpisodeStep.CONTINUE
