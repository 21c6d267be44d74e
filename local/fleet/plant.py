"""A simulated plant: lines of machines with a sensor of each type, and planned faults."""

from __future__ import annotations

from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

from lambda_src.common.readings.reading import Identity
from local.errors import RunError
from local.fleet.episodes import ExpectedAlert, expected_alerts
from local.fleet.message import PlantMessage
from local.fleet.models import MODELS, models_for
from local.fleet.signals import Fault, FaultKind, Signal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lambda_src.common.thresholds import Threshold

_MACHINES_A_LINE = 5
_ROUND_SECONDS = 3600.0
"""A longer run has one round of faults per full hour."""
_LONGEST_FAULT = 300.0
_FEWEST_READINGS = 3
"""Minimum number of readings of a fault, so that it is visible at a low rate too."""
_PLAN = (
    (FaultKind.OVERHEATING, "temperature", 0.25, 0.40),
    (FaultKind.PRESSURE_SPIKE, "pressure", 0.35, 0.15),
    (FaultKind.VIBRATION_BURSTS, "vibration", 0.45, 0.35),
)
"""A round of faults: kind, sensor, start and duration as parts of the round."""
_EXCURSION = (0.30, 0.25)
"""Start and duration of the fault of every other sensor type that the settings judge."""
_OWN_TYPES = frozenset(model.sensor_type for model in MODELS)


class PlantError(RunError):
    """An impossible plant; one line that names the value and what is allowed."""


class Plant:
    """`devices` machines that together send `rate` readings per second, for `duration` seconds from `start_ms`.

    Each message has one reading. The sensors take turns at even distances, so two readings of a sensor never share a
    millisecond. The same arguments give the same messages. Faults cross the plant's thresholds in every run with at
    least ten readings per sensor. `thresholds` name further sensor types to send, and determine with `quiet_seconds`
    which alerts the faults raise.

    With `together` a machine measures with all its sensors at once, like devices that send one message for them.
    """

    def __init__(
        self,
        *,
        devices: int,
        rate: float,
        duration: float,
        start_ms: int,
        thresholds: Mapping[str, Threshold],
        quiet_seconds: float,
        seed: int = 1,
        together: bool = False,
    ) -> None:
        if devices < 1:
            raise PlantError(f"devices must be at least 1 (got {devices})")
        self._models = models_for(thresholds)
        sensors = devices * len(self._models)
        if not 0 < rate <= sensors * 1000:
            raise PlantError(
                f"rate must be more than 0 and at most {sensors * 1000} readings/s for {devices} devices: "
                f"each of the {sensors} sensors once per millisecond (got {rate:g})"
            )
        if not duration > 0:
            raise PlantError(f"duration must be more than 0 s (got {duration:g})")
        self.device_ids = tuple(
            f"line-{number // _MACHINES_A_LINE + 1}-machine-{number % _MACHINES_A_LINE + 1}"
            for number in range(devices)
        )
        self._rate = rate
        self._duration = duration
        self._start_ms = start_ms
        self._thresholds = thresholds
        self._quiet_seconds = quiet_seconds
        self._seed = seed
        self._step = len(self._models) if together else 1
        self.faults = self._plan_faults()

    def __len__(self) -> int:
        """Return the number of readings of the run."""
        return int(self._duration * self._rate)

    def messages(self) -> Iterator[PlantMessage]:
        """Yield all messages in order of time, from the start at each call."""
        for identity, value in self._readings():
            line = identity.device_id.rsplit("-machine-", 1)[0]
            yield PlantMessage.of_reading(identity, value, line)

    @cached_property
    def expected_alerts(self) -> tuple[ExpectedAlert, ...]:
        """The alerts of the complete run, exactly one per episode."""
        return expected_alerts(self._readings(), self._thresholds, self._quiet_seconds)

    def _readings(self) -> Iterator[tuple[Identity, float]]:
        sensors = [
            (
                device_id,
                model.sensor_type,
                Signal(self._seed, device_id, model, self._faults_of(device_id, model.sensor_type)),
            )
            for device_id in self.device_ids
            for model in self._models
        ]
        for number in range(len(self)):
            device_id, sensor_type, signal = sensors[number % len(sensors)]
            elapsed_ms = int((number - number % self._step) * 1000 / self._rate)
            timestamp_ms = self._start_ms + elapsed_ms
            value = signal.value(timestamp_ms / 1000, elapsed_ms / 1000)
            yield Identity(device_id, sensor_type, timestamp_ms), value

    def _faults_of(self, device_id: str, sensor_type: str) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if (fault.device_id, fault.sensor_type) == (device_id, sensor_type))

    def _plan_faults(self) -> tuple[Fault, ...]:
        random = Random(f"{self._seed}/faults")  # noqa: S311 - a simulation
        rounds = max(1, int(self._duration / _ROUND_SECONDS))
        length = self._duration / rounds
        shortest = _FEWEST_READINGS * len(self.device_ids) * len(self._models) / self._rate
        others = (model.sensor_type for model in self._models if model.sensor_type not in _OWN_TYPES)
        plan = [*_PLAN, *((FaultKind.EXCURSION, sensor_type, *_EXCURSION) for sensor_type in others)]
        faults = []
        for number in range(rounds):
            for kind, sensor_type, begins, share in plan:
                start = (number + begins) * length
                end = start + max(shortest, min(_LONGEST_FAULT, share * length))
                faults.append(Fault(kind, random.choice(self.device_ids), sensor_type, start, end))
        return tuple(faults)
