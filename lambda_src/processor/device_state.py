"""The state of a device: last readings, open outages, whether one is anomalous, and when it was heard. Pure.

A reading never replaces a newer one of its sensor, whichever way two states come together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.processor.rhythm import learn_rhythm
from lambda_src.processor.sensor_outages import NO_OUTAGES, Outages, newest_outages, still_open

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lambda_src.common.device_status import Status
    from lambda_src.common.readings.reading import Outage, Reading
    from lambda_src.processor.judge import Severity
    from lambda_src.processor.record import Entry

GONE = frozenset({"SILENT", "OFFLINE"})
"""Set by the presence function; only a message that arrives later ends it."""
FIRST_INTERVAL_MS = 3_600_000
"""The most that a single pause says about a device that is not known yet."""
STRETCH = 4
"""A pause counts as at most so many usual intervals, so that one outage does not look like a new rhythm."""
MOST_SENSORS = 500
"""The newest are kept of a device that invents sensor types: an item may have 400 KB, and these take 70."""
SMOOTHING = 4
"""A batch moves the estimate by one part in so many."""
MISSED = 1.5
"""A pause of so many usual intervals means that a reading is missing between two: halfway between one and two."""


class Last(NamedTuple):
    """A sensor's last reading of good or uncertain quality."""

    value: float
    timestamp_ms: int
    severity: Severity


class DeviceState(NamedTuple):
    """What the ``devices`` table says of a device; times are UTC milliseconds."""

    status: Status
    last_seen_ms: int
    """The device's time of its newest reading."""
    interval_ms: int
    """Its usual time between readings; 0 while nothing is known of it."""
    sensors: Mapping[str, Last]
    production_line: str | None
    updated_ms: int
    """The transport's time of the newest change; it grows with every change, which makes it a version."""
    heard_ms: int = 0
    """The transport's time of its newest message; 0 while it is only known from a replay."""
    rhythm_ms: int = 0
    """The usual time between its messages; 0 while it is unknown."""
    outages: Outages = NO_OUTAGES
    """The sensors that say that they have no value."""


def observe(
    known: DeviceState | None, entries: Sequence[Entry], outages: Sequence[Outage] = (), *, live: bool = True
) -> DeviceState:
    """The state after these readings and outages of the device; ``known`` itself where they change nothing.

    Readings that are not ``live`` were archived: when they arrived says nothing about the device's presence.
    """
    said: list[Reading | Outage] = [entry.reading for entry in entries]
    said += outages
    arrivals = {one.arrived_ms for one in said}
    times = {one.timestamp_ms for one in said}
    last = max(said, key=lambda one: one.timestamp_ms)
    sensors = _newer(known.sensors if known else {}, _newest(entries))
    without = still_open(known.outages if known else NO_OUTAGES, newest_outages(outages, sensors), sensors)
    if known is None:
        interval, line = _first_interval(times), last.production_line
        state = DeviceState(_status(sensors), last.timestamp_ms, interval, sensors, line, max(arrivals))
        state = state._replace(outages=without)
        return _heard(state, arrivals) if live else state
    heard = live and max(arrivals) > known.heard_ms
    advanced = last.timestamp_ms > known.last_seen_ms
    if sensors == known.sensors and without == known.outages and not heard and not advanced:
        return known
    state = known._replace(
        status=_status(sensors) if heard or known.status not in GONE else known.status,
        last_seen_ms=max(last.timestamp_ms, known.last_seen_ms),
        interval_ms=_interval(known, times),
        sensors=sensors,
        production_line=(advanced and last.production_line) or known.production_line,
        updated_ms=max(*arrivals, known.updated_ms + 1),
        outages=without,
    )
    return _heard(state, arrivals) if live else state


def _newest(entries: Sequence[Entry]) -> dict[str, Last]:
    """The newest reading of each sensor; one of bad quality is no value of its sensor."""
    newest: dict[str, Entry] = {}
    for entry in entries:
        reading = entry.reading
        if reading.quality == "bad":
            continue
        standing = newest.get(reading.sensor_type)
        if standing is None or standing.reading.timestamp_ms < reading.timestamp_ms:
            newest[reading.sensor_type] = entry
    return {
        name: Last(entry.reading.value, entry.reading.timestamp_ms, entry.verdict.severity)
        for name, entry in newest.items()
    }


def _heard(state: DeviceState, arrivals: Iterable[int]) -> DeviceState:
    heard_ms, rhythm_ms = learn_rhythm(state.heard_ms, state.rhythm_ms, arrivals)
    return state._replace(heard_ms=heard_ms, rhythm_ms=rhythm_ms)


def reconcile(stored: DeviceState, ours: DeviceState) -> DeviceState:
    """Our state merged with what another container wrote meanwhile; ``stored`` itself where ours adds nothing."""
    sensors = _newer(stored.sensors, ours.sensors)
    outages = still_open(stored.outages, ours.outages, sensors)
    heard, advanced = ours.heard_ms > stored.heard_ms, ours.last_seen_ms > stored.last_seen_ms
    if sensors == stored.sensors and outages == stored.outages and not heard and not advanced:
        return stored
    return DeviceState(
        _status(sensors) if heard or stored.status not in GONE else stored.status,
        max(ours.last_seen_ms, stored.last_seen_ms),
        ours.interval_ms,
        sensors,
        (advanced and ours.production_line) or stored.production_line,
        max(ours.updated_ms, stored.updated_ms + 1),
        max(ours.heard_ms, stored.heard_ms),
        ours.rhythm_ms if heard else stored.rhythm_ms,
        outages,
    )


def has_gap(known: DeviceState, times: Iterable[int]) -> bool:
    """Whether readings are missing between what is known and those of these times.

    Another container may have had them, and may have written the device since.
    """
    later = _later(known, times)
    return bool(later) and min(later) - known.last_seen_ms > MISSED * known.interval_ms


def _newer(known: Mapping[str, Last], news: Mapping[str, Last]) -> Mapping[str, Last]:
    fresh = {
        name: last for name, last in news.items() if name not in known or known[name].timestamp_ms < last.timestamp_ms
    }
    if not fresh:
        return known
    both = {**known, **fresh}
    if len(both) <= MOST_SENSORS:
        return both
    return dict(sorted(both.items(), key=lambda item: item[1].timestamp_ms)[-MOST_SENSORS:])


def anomalous(sensors: Mapping[str, Last]) -> set[str]:
    """The names of the sensors whose last reading is outside its thresholds."""
    return {name for name, last in sensors.items() if last.severity != "normal"}


def _status(sensors: Mapping[str, Last]) -> Status:
    return "ANOMALY" if anomalous(sensors) else "NORMAL"


def _later(known: DeviceState, times: Iterable[int]) -> list[int]:
    """The times after all that are known."""
    return [time for time in times if time > known.last_seen_ms]


def _first_interval(times: set[int]) -> int:
    return (max(times) - min(times)) // (len(times) - 1) if len(times) > 1 else 0


def _interval(known: DeviceState, times: set[int]) -> int:
    later = _later(known, times)
    if not later:
        return known.interval_ms
    sample = (max(later) - known.last_seen_ms) // len(later)
    if not known.interval_ms:
        return min(sample, FIRST_INTERVAL_MS)
    return known.interval_ms + (min(sample, STRETCH * known.interval_ms) - known.interval_ms) // SMOOTHING
