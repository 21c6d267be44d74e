"""Whether a reading is normal. No AWS in here: a detector that learns replaces `ThresholdJudge` and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from lambda_src.common.readings.units import celsius

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.readings.reading import Reading
    from lambda_src.common.thresholds import Threshold

Severity = Literal["normal", "warning", "critical"]


class Verdict(NamedTuple):
    """``reason`` says in words what is wrong, None if nothing is."""

    is_anomaly: bool
    severity: Severity
    reason: str | None


NORMAL = Verdict(is_anomaly=False, severity="normal", reason=None)


class Judge(Protocol):
    def judge(self, reading: Reading) -> Verdict: ...


def judge_reading(judge: Judge, reading: Reading) -> Verdict:
    """The judge's verdict. A reading that its sender calls bad is never judged: its value means nothing."""
    return NORMAL if reading.quality == "bad" else judge.judge(reading)


class ThresholdJudge:
    """Compares a value with the range of its sensor type; a type without a range is always normal.

    Temperatures are compared in Celsius, whatever scale they came in.
    """

    def __init__(self, thresholds: Mapping[str, Threshold]) -> None:
        self._thresholds = thresholds

    def judge(self, reading: Reading) -> Verdict:
        limits = self._thresholds.get(reading.sensor_type)
        if limits is None:
            return NORMAL
        value = celsius(reading.sensor_type, reading.value, reading.unit)
        critical = _outside(value, limits.critical_min, limits.critical_max)
        if critical is not None:
            return Verdict(is_anomaly=True, severity="critical", reason=f"{_said(reading, value)} {critical}")
        warning = _outside(value, limits.min, limits.max)
        if warning is not None:
            return Verdict(is_anomaly=True, severity="warning", reason=f"{_said(reading, value)} {warning}")
        return NORMAL


def _outside(value: float, low: float | None, high: float | None) -> str | None:
    if high is not None and value > high:
        return f"is above {high:g}"
    if low is not None and value < low:
        return f"is below {low:g}"
    return None


def _said(reading: Reading, value: float) -> str:
    if value == reading.value:
        return f"{reading.sensor_type} {value:g}"
    return f"{reading.sensor_type} {reading.value:g} {reading.unit}, {value:g} C,"
