"""The single values on top of the dashboard, collected from the parts of a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import processor_metric
from lib.building.metric import per_second, total
from lib.monitoring.dashboard.flow import oldest_unread
from lib.monitoring.dashboard.widgets import GraphLine, Number
from lib.monitoring.parts import functions, queues
from lib.processing.event_source import StreamEventSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.tap_stack import TapStack


def of_stack(stack: TapStack) -> Iterator[Number]:
    """Yield the values of every deployment, then the values of optional parts."""
    context, mapping, waiting = stack.context, stack.processor.mapping, queues(stack)
    failed = total([function.metric("Errors") for function in functions(stack).values()])

    def own(title: str, name: str) -> Number:
        return Number(title, (GraphLine(title.lower(), processor_metric(context, name)),), summed=True)

    processed = per_second(processor_metric(context, "ReadingsProcessed"))
    yield Number("Readings per second", (GraphLine("processed", processed),))
    yield Number("Oldest waiting (s)", tuple(_ages(stack)))
    yield own("Quarantined", "ReadingsQuarantined")
    yield own("Alerts", "AlertsPublished")
    yield Number("Failed invocations", (GraphLine("all functions", failed),), summed=True)
    if isinstance(mapping, StreamEventSource):
        given_up = mapping.metric("OnFailureDestinationDeliveredEventCount")
        yield Number("Sent to on-failure", (GraphLine("records", given_up),), summed=True)
    if waiting:
        dead = [
            queue.dead_letters_metric("ApproximateNumberOfMessagesVisible", "Maximum") for queue in waiting.values()
        ]
        yield Number("In dead-letter queues", (GraphLine("messages", total(dead)),))
    if stack.api:
        yield Number("API server errors", (GraphLine("5xx responses", stack.api.metric("5XXError")),), summed=True)


def _ages(stack: TapStack) -> Iterator[GraphLine]:
    if stack.transport.stream:
        yield GraphLine("stream", oldest_unread(stack.transport.stream))
    for name, queue in queues(stack).items():
        yield GraphLine(f"{name} queue", queue.metric("ApproximateAgeOfOldestMessage", "Maximum"))
