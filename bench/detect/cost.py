"""CPU time and bytes of the detector, and whether a restart after every reading changes its findings."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lambda_src.common.detection.codec import pack, unpack
from lambda_src.common.detection.state import SensorState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.detection.detector import Detector
    from lambda_src.common.detection.finding import LearnedFinding

_NANOSECONDS = 1_000.0


def findings(detector: Detector, readings: Sequence[tuple[float, float]]) -> list[LearnedFinding | None]:
    """Return what each reading of a new series led to."""
    state = SensorState()
    return [detector.observe(state, seconds, value) for seconds, value in readings]


def findings_with_restarts(detector: Detector, readings: Sequence[tuple[float, float]]) -> list[LearnedFinding | None]:
    """The same, with the state packed and unpacked after every reading."""
    packed = pack(SensorState())
    found = []
    for seconds, value in readings:
        state = unpack(packed).state
        found.append(detector.observe(state, seconds, value))
        packed = pack(state)
    return found


def cpu_us(detector: Detector, readings: Sequence[tuple[float, float]], repeat: int = 3) -> float:
    """Return the CPU microseconds per reading: the least of some runs, so that other processes count little."""
    took = []
    for _ in range(repeat):
        began = time.process_time_ns()
        findings(detector, readings)
        took.append(time.process_time_ns() - began)
    return min(took) / len(readings) / _NANOSECONDS
