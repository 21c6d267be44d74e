"""Alarms of a queue and its dead-letter queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lib.building.metric import Metric, MetricSource
from lib.config import capacity
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.config import Config

QUEUE_AGE_SECONDS = 300


class WatchedQueue(MetricSource, Protocol):
    """A queue with a dead-letter queue."""

    def dead_letters_metric(self, name: str, statistic: str = "Sum") -> Metric: ...


def queue_alarms(name: str, queue: WatchedQueue, consumer: str) -> Iterator[Alarm]:
    """Alarms of one queue. ``consumer`` is the function that reads it."""
    yield Alarm(
        name=f"{name}-dead-letters",
        metric=queue.dead_letters_metric("ApproximateNumberOfMessagesVisible", "Maximum"),
        above=0,
        entry="dead-letters",
        meaning=f"Messages failed all retries and were moved to the dead-letter queue {name}. They are in no store "
        "and expire 14 days after they were sent. Show the reason with: python -m ops dlq show.",
    )
    yield Alarm(
        name=f"{name}-queue-age",
        metric=queue.metric("ApproximateAgeOfOldestMessage", "Maximum"),
        above=QUEUE_AGE_SECONDS,
        periods=2,
        entry="queue-age",
        meaning=f"A message in the queue {name} has waited for more than {QUEUE_AGE_SECONDS // 60} minutes. "
        "Readings are late; messages expire after 4 days. "
        f"Check the errors, the throttles and the concurrency of the function {consumer}.",
    )


def transport_queue_alarms(queue: WatchedQueue, config: Config) -> Iterator[Alarm]:
    """Alarms of the queue that is the transport instead of a stream."""
    yield from queue_alarms("ingest", queue, consumer="processor")
    yield Alarm(
        name="ingest-queue-depth",
        metric=queue.metric("ApproximateNumberOfMessagesVisible", "Maximum"),
        above=capacity(config) * QUEUE_AGE_SECONDS,
        periods=2,
        meaning="More messages wait than the configured load produces in 5 minutes. Readings are late. "
        "Compare messages sent and processed in the dashboard row of the queue.",
    )


def undelivered_alarm(topic: str, undelivered: MetricSource) -> Alarm:
    """Alarm of the messages that subscribers of ``topic`` did not accept."""
    return Alarm(
        name=f"{topic}-undelivered",
        metric=undelivered.metric("ApproximateNumberOfMessagesVisible", "Maximum"),
        above=0,
        entry="undelivered",
        meaning=f"An HTTPS subscriber of the topic {topic} rejected messages until SNS stopped retrying. It has "
        "missed them; a queue keeps them for 14 days. Check that the endpoint answers with status 2xx.",
    )
