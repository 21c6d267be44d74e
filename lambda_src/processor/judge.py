"""Whether a reading is normal. No AWS in here: a detector that learns replaces `ThresholdJudge` and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.reading import Reading
    from lambda_src.common.thresholds import Threshold

Severity = Literal["normal", "warning", "critical"]


class Verdict(NamedTuple):
    """``reason`` says in words what is wrong, None where nothing is."""

    is_anomaly: bool
    severity: Severity
    reason: str | None


NORMAL = Verdict(is_anomaly=False, severity="normal", reason=None)


class Judge(Protocol):
    def judge(self, reading: Reading) -> Verdict: ...


class ThresholdJudge:
    """Compares a value with the range of its sensor type; a type without a range is always normal."""

    def __init__(self, thresholds: Mapping[str, Threshold]) -> None:
        self._thresholds = thresholds

    def judge(self, reading: Reading) -> Verdict:
        limits = self._thresholds.get(reading.sensor_type)
        if limits is None:
            return NORMAL
        critical = _outside(reading, limits.critical_min, limits.critical_max)
        if critical is not None:
            return Verdict(is_anomaly=True, severity="critical", reason=critical)
        warning = _outside(reading, limits.min, limits.max)
        return NORMAL if warning is None else Verdict(is_anomaly=True, severity="warning", reason=warning)


def _outside(reading: Reading, low: float | None, high: float | None) -> str | None:
    if high is not None and reading.value > high:
        return f"{reading.sensor_type} {reading.value:g} is above {high:g}"
    if low is not None and reading.value < low:
        return f"{reading.sensor_type} {reading.value:g} is below {low:g}"
    return None
