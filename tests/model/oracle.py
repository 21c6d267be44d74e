"""What the data of a schedule say, found from the messages alone: what has to be stored, refused and alerted about."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.reading import Identity
from tests.model.plant import LIMITS, QUIET_MS
from tests.model.schedule import VALUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.model.transports import Record

WARNING, CRITICAL = LIMITS[0].max or 0.0, LIMITS[0].critical_max or 0.0


class Change(NamedTuple):
    """An alert, as far as the data tell: which state of which episode, and how bad it is."""

    state: str
    start_ms: int
    severity: str


def severity_of(value: float) -> str:
    return "critical" if value > CRITICAL else "warning" if value > WARNING else "normal"


def readings_of(record: Record) -> dict[Identity, float]:
    """The valid readings of a record."""
    message = record.message
    if message.form == "poison":
        return {}
    device = f"machine-{message.device}"
    return {Identity(device, sensor, record.time_ms): VALUES[word] for sensor, word in message.readings}


def is_storable(value: float) -> bool:
    return value != VALUES["x"]


class Truth:
    """``values`` has each value that was put of an identity: several where messages contradict each other."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.values: dict[Identity, set[float]] = defaultdict(set)
        for record in records:
            for identity, value in readings_of(record).items():
                self.values[identity].add(value)

    @property
    def contradicted(self) -> set[Identity]:
        """Identities with several values: which of them counts depends on what is processed first."""
        return {identity for identity, values in self.values.items() if len(values) > 1}

    @property
    def accepted(self) -> dict[Identity, float]:
        """What has to be stored, without what is contradicted."""
        certain = {identity: min(values) for identity, values in self.values.items() if len(values) == 1}
        return {identity: value for identity, value in certain.items() if is_storable(value)}

    def sensors(self) -> dict[tuple[str, str], list[int]]:
        """The times of each sensor's stored readings, in order; those that are contradicted are left out."""
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for device, sensor, time_ms in sorted(self.accepted):
            found[device, sensor].append(time_ms)
        return found


def changes_in_order(readings: Sequence[tuple[int, str]]) -> list[Change]:
    """The alerts of one sensor whose readings, each with its severity, are processed in the order of their times."""
    found: list[Change] = []
    start = last = 0
    worst = ""
    for time_ms, severity in readings:
        if worst and time_ms > last + QUIET_MS:
            found.append(Change("ended", start, worst))
            worst = ""
        if severity == "normal":
            continue
        if not worst:
            start, worst = time_ms, severity
            found.append(Change("opened", start, severity))
        elif (worst, severity) == ("warning", "critical"):
            worst = severity
            found.append(Change("escalated", start, severity))
        last = time_ms
    return found


def stretches(readings: Mapping[int, str]) -> list[list[int]]:
    """The anomalies of one sensor, in groups with no pause longer than the quiet time within each."""
    times = sorted(time_ms for time_ms, severity in readings.items() if severity != "normal")
    found: list[list[int]] = [times[:1]] if times else []
    for before, time_ms in pairwise(times):
        if time_ms - before > QUIET_MS:
            found.append([])
        found[-1].append(time_ms)
    return found
