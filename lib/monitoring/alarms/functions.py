"""Alarms that every function has."""

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
    percent = config.alarms.duration_percent
    failed, allowed = failures(function.metric("Errors"), function.metric("Invocations"), config)
    failing = f"More than {allowed} % of the invocations of {name}" if allowed else f"An invocation of {name}"
    yield Alarm(
        name=f"{name}-errors",
        metric=failed,
        above=allowed,
        entry="function-errors",
        meaning=f"{failing} failed. The service or the caller must retry; no accepted reading is lost. "
        f"Find the error in the log of {name}.",
    )
    yield Alarm(
        name=f"{name}-throttles",
        metric=function.metric("Throttles"),
        above=0,
        entry="function-throttles",
        meaning=f"Lambda throttled {name}: the concurrency of the account or of the function is used up. "
        "Its work is delayed or rejected. Check the account's concurrency limit.",
    )
    yield Alarm(
        name=f"{name}-duration",
        metric=function.metric("Duration", "Maximum"),
        above=function.timeout_seconds * MILLISECONDS * percent / 100,
        entry="function-duration",
        meaning=f"An invocation of {name} used more than {percent} % of its timeout of "
        f"{function.timeout_seconds} seconds. Lambda stops it at the timeout and its work must be repeated. "
        "Compare the functions in the graph Longest invocation.",
    )


def failures(failed: Metric, all_: Metric, config: Config) -> tuple[Metric | Expression, int]:
    """Return the metric of an error alarm and its threshold: a percentage if the settings allow one, else a count."""
    allowed = config.alarms.error_percent
    return (failed, 0) if allowed is None else (rate(failed, all_), allowed)
