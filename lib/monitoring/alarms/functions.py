"""What is watched of every function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.metric import Expression, Metric, rate
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.building.function import Function
    from lib.config import Config

MILLISECONDS = 1_000


def function_alarms(name: str, function: Function, config: Config) -> Iterator[Alarm]:
    limit = function.timeout_seconds * MILLISECONDS * config.alarms.duration_percent / 100
    failed, allowed = failures(function.metric("Errors"), function.metric("Invocations"), config)
    runs = f"More than {allowed} % of the runs of {name}" if allowed else f"A run of {name}"
    yield Alarm(
        name=f"{name}-errors",
        metric=failed,
        above=allowed,
        entry="function-errors",
        meaning=f"{runs} failed as a whole; its log group says why.",
    )
    yield Alarm(
        name=f"{name}-throttles",
        metric=function.metric("Throttles"),
        above=0,
        entry="function-throttles",
        meaning=f"Lambda refused to run {name}: the account's or the function's concurrency is used up.",
    )
    yield Alarm(
        name=f"{name}-duration",
        metric=function.metric("Duration", "Maximum"),
        above=limit,
        entry="function-duration",
        meaning=f"A run of {name} came near its timeout ({function.timeout_seconds} s); past it, it is cut off.",
    )


def failures(failed: Metric, all_: Metric, config: Config) -> tuple[Metric | Expression, int]:
    """What to watch, and what it may not exceed: failures themselves, or their rate where the settings allow some."""
    allowed = config.alarms.error_percent
    return (failed, 0) if allowed is None else (rate(failed, all_), allowed)
