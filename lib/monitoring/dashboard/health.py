"""The single values on top of the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import processor_metric
from lib.building.metric import per_second, total
from lib.monitoring.dashboard.arrange import arranged_numbers
from lib.monitoring.dashboard.flow import OLDEST
from lib.monitoring.dashboard.widgets import GraphLine, Number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from lib.building.function import Function
    from lib.context import Context
    from lib.monitoring.alarms.queue import WatchedQueue


def deployment_numbers(
    own: Iterable[Number], functions: Mapping[str, Function], queues: Mapping[str, WatchedQueue], context: Context
) -> list[Number]:
    """Return the values of every deployment, then the parts' ``own`` values."""
    return arranged_numbers([*_common(functions, context), *_of_queues(queues), *own])


def _common(functions: Mapping[str, Function], context: Context) -> Iterator[Number]:
    def count(title: str, name: str) -> Number:
        return Number(title, (GraphLine(title.lower(), processor_metric(context, name)),), summed=True)

    processed = per_second(processor_metric(context, "ReadingsProcessed"))
    failed = total([function.metric("Errors") for function in functions.values()])
    yield Number("Readings per second", (GraphLine("processed", processed),))
    yield Number(OLDEST, ())
    yield count("Quarantined", "ReadingsQuarantined")
    yield count("Alerts", "AlertsPublished")
    yield Number("Failed invocations", (GraphLine("all functions", failed),), summed=True)


def _of_queues(queues: Mapping[str, WatchedQueue]) -> Iterator[Number]:
    if not queues:
        return
    dead = [queue.dead_letters_metric("ApproximateNumberOfMessagesVisible", "Maximum") for queue in queues.values()]
    yield Number("In dead-letter queues", (GraphLine("messages", total(dead)),))
    for name, queue in queues.items():
        oldest = queue.metric("ApproximateAgeOfOldestMessage", "Maximum")
        yield Number(OLDEST, (GraphLine(f"{name} queue", oldest),))
