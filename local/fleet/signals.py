"""The signals of a machine's sensors: their normal course and planned faults."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import pi, sin
from random import Random
from typing import TYPE_CHECKING

from local.fleet.models import NOISE_BOUND

if TYPE_CHECKING:
    from local.fleet.models import SensorModel

_DAY = 86_400.0
_DRIFT = 10 * _DAY
"""Period of the slow drift. It is bounded, so that a run of any length stays within the normal range."""


class FaultKind(StrEnum):
    OVERHEATING = "overheating"
    PRESSURE_SPIKE = "pressure spike"
    VIBRATION_BURSTS = "vibration bursts"
    EXCURSION = "excursion"
    """Of any other sensor type."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of one sensor. Times are in seconds from the start of the run."""

    kind: FaultKind
    device_id: str
    sensor_type: str
    begins: float
    ends: float

    def strength(self, elapsed: float) -> float:
        """Return how far the sensor is between normal (0) and the fault's level (1)."""
        if not self.begins <= elapsed < self.ends:
            return 0.0
        share = (elapsed - self.begins) / (self.ends - self.begins)
        if self.kind is FaultKind.OVERHEATING:
            return min(1.0, share / 0.6)
        if self.kind is FaultKind.VIBRATION_BURSTS:
            # Three bursts with two pauses.
            return 1.0 if int(share * 5) % 2 == 0 else 0.0
        return 1.0


class Signal:
    """The signal of one sensor, read forward in time. The same seed gives the same values."""

    def __init__(self, seed: int, device_id: str, model: SensorModel, faults: tuple[Fault, ...]) -> None:
        self._random = Random(f"{seed}/{device_id}/{model.sensor_type}")  # noqa: S311 - a simulation
        self._model = model
        self._faults = faults
        self._baseline = self._random.uniform(model.low, model.high)
        self._phase = self._random.uniform(0.0, 2 * pi)

    def value(self, epoch_seconds: float, elapsed: float) -> float:
        """Return the value at a time. `elapsed` is in seconds from the start of the run."""
        model = self._model
        noise = max(-NOISE_BOUND, min(NOISE_BOUND, self._random.gauss(0.0, 1.0)))
        normal = (
            self._baseline
            + model.daily * sin(2 * pi * epoch_seconds / _DAY + self._phase)
            + model.drift * sin(2 * pi * epoch_seconds / _DRIFT + self._phase)
            + model.noise * noise
        )
        strength = max((fault.strength(elapsed) for fault in self._faults), default=0.0)
        return round(normal + strength * (model.fault - normal), model.decimals)
