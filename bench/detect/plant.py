"""The simulated plant: what a detector reports on a healthy one, and which planted faults it finds."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.detection.codec import pack, unpack
from lambda_src.common.detection.constants import DAY
from lambda_src.common.detection.state import SensorState
from local.fleet.models import MODELS, SensorModel
from local.fleet.signals import Fault, FaultKind, Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lambda_src.common.detection.detector import Detector
    from lambda_src.common.detection.finding import LearnedFinding

START = 1_735_689_600.0
"""2025-01-01 in UTC."""
SERIES = 21
"""Series for each kind of fault."""
LEARNED_DAYS = 4
"""Healthy days before a fault begins, at the earliest."""
_FEWEST_READINGS = 3
_NEXT_FAULT = 37 * 60.0
"""Each series has its fault this much later than the one before, so that the faults fall on all hours."""


class Healthy(NamedTuple):
    """False findings of a healthy plant."""

    first_day: int
    later: int
    later_days: int

    @property
    def a_day(self) -> float:
        return self.later / self.later_days


@dataclass(frozen=True)
class PlantedFault:
    """A kind of fault: its value from the healthy one, the last healthy one, the sensor, and the share that is over."""

    name: str
    value: Callable[[float, float, SensorModel, float], float]
    seconds: float = 6 * 3600.0
    """How long it lasts, but at least three readings."""


def _planned(value: float, _: float, model: SensorModel, share: float) -> float:
    strength = Fault(_KINDS[model.sensor_type], "", model.sensor_type, begins=0.0, ends=1.0).strength(share)
    return value + strength * (model.fault - value)


_KINDS = {
    "temperature": FaultKind.OVERHEATING,
    "pressure": FaultKind.PRESSURE_SPIKE,
    "vibration": FaultKind.VIBRATION_BURSTS,
}
FAULTS = (
    PlantedFault("planned fault of the plant", _planned, seconds=300.0),
    PlantedFault("shift of 5 sigma", lambda value, _, model, __: value + 5 * model.noise),
    PlantedFault("shift of 3 sigma", lambda value, _, model, __: value + 3 * model.noise),
    PlantedFault("drift to 15 sigma", lambda value, _, model, share: value + 15 * model.noise * share),
    PlantedFault("spike of 20 sigma", lambda value, _, model, share: value + (0 if share else 20 * model.noise)),
    PlantedFault("stuck", lambda _, last, __, ___: last),
)
"""Sigma is the standard deviation of the sensor's noise."""


def healthy(detector: Detector, rate: float, series: int, days: int) -> Healthy:
    """Return the findings of ``series`` healthy sensors in ``days`` days (at least 2), a reading every ``rate`` s."""
    first_day = later = 0
    for number in range(series):
        for seconds, finding in _observed(detector, SensorState(), _healthy_readings(number, rate, days * DAY)):
            if finding and seconds < START + DAY:
                first_day += 1
            elif finding:
                later += 1
    return Healthy(first_day, later, series * (days - 1))


def found_faults(detector: Detector, rate: float) -> dict[str, int]:
    """Return how many of `SERIES` faults of each kind were found while they lasted."""
    found = dict.fromkeys((fault.name for fault in FAULTS), 0)
    for number in range(SERIES):
        state, signal, last = SensorState(), _signal(number), 0.0
        begins = int((LEARNED_DAYS * DAY + number * _NEXT_FAULT) / rate)
        for index in range(begins):
            last = signal.value(START + index * rate, index * rate)
            detector.observe(state, START + index * rate, last)
        learned = pack(state)
        for fault in FAULTS:
            faulty = _faulty(deepcopy(signal), MODELS[number % len(MODELS)], fault, last, begins * rate, rate)
            found[fault.name] += any(finding for _, finding in _observed(detector, unpack(learned).state, faulty))
    return found


def _faulty(
    signal: Signal, model: SensorModel, fault: PlantedFault, last: float, begins: float, rate: float
) -> Iterator[tuple[float, float]]:
    readings = int(max(fault.seconds / rate, _FEWEST_READINGS))
    for index in range(readings):
        elapsed = begins + index * rate
        yield START + elapsed, fault.value(signal.value(START + elapsed, elapsed), last, model, index / readings)


def _healthy_readings(number: int, rate: float, duration: float) -> Iterator[tuple[float, float]]:
    signal = _signal(number)
    for index in range(int(duration / rate)):
        yield START + index * rate, signal.value(START + index * rate, index * rate)


def _signal(number: int) -> Signal:
    return Signal(number, f"device-{number}", MODELS[number % len(MODELS)], ())


def _observed(
    detector: Detector, state: SensorState, readings: Iterator[tuple[float, float]]
) -> Iterator[tuple[float, LearnedFinding | None]]:
    for seconds, value in readings:
        yield seconds, detector.observe(state, seconds, value)
