"""What is watched of every function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.observe.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.building.function import Function
    from lib.config import Config

MILLISECONDS = 1_000


def function_alarms(name: str, function: Function, config: Config) -> Iterator[Alarm]:
    limit = function.timeout_seconds * MILLISECONDS * config.alarms.duration_percent / 100
    yield Alarm(
        name=f"{name}-errors",
        metric=function.metric("Errors"),
        above=0,
        meaning=f"The {name} function failed as a whole; its log group says why.",
    )
    yield Alarm(
        name=f"{name}-throttles",
        metric=function.metric("Throttles"),
        above=0,
        meaning=f"Lambda refused to run {name}: the account's or the function's concurrency is used up.",
    )
    yield Alarm(
        name=f"{name}-duration",
        metric=function.metric("Duration", "Maximum"),
        above=limit,
        meaning=f"A run of {name} came near its timeout ({function.timeout_seconds} s); past it, work is repeated.",
    )
