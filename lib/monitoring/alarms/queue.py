"""What is watched of a queue and its dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.config import capacity
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.config import Config
    from lib.ingest.queue import Queue
    from lib.notifications.undelivered import Undelivered

QUEUE_AGE_SECONDS = 300


def queue_alarms(name: str, queue: Queue, consumer: str) -> Iterator[Alarm]:
    """``consumer`` is the function that reads the queue."""
    yield Alarm(
        name=f"{name}-dead-letters",
        metric=queue.dead_letters_metric("ApproximateNumberOfMessagesVisible", "Maximum"),
        above=0,
        entry="dead-letters",
        meaning=f"Messages failed all their tries and wait in the dead-letter queue of {name}.",
    )
    yield Alarm(
        name=f"{name}-queue-age",
        metric=queue.metric("ApproximateAgeOfOldestMessage", "Maximum"),
        above=QUEUE_AGE_SECONDS,
        periods=2,
        entry="queue-age",
        meaning=f"The {consumer} falls behind its queue; see its errors, its throttles and its concurrency.",
    )


def transport_queue_alarms(queue: Queue, config: Config) -> Iterator[Alarm]:
    """Of the queue in the stream's place."""
    yield from queue_alarms("ingest", queue, consumer="processor")
    yield Alarm(
        name="ingest-queue-depth",
        metric=queue.metric("ApproximateNumberOfMessagesVisible", "Maximum"),
        above=capacity(config) * QUEUE_AGE_SECONDS,
        periods=2,
        meaning="More messages wait than the stated load brings in five minutes: more comes in than is worked off.",
    )


def undelivered_alarm(topic: str, undelivered: Undelivered) -> Alarm:
    return Alarm(
        name=f"{topic}-undelivered",
        metric=undelivered.metric("ApproximateNumberOfMessagesVisible"),
        above=0,
        entry="undelivered",
        meaning=f"A subscriber of the topic {topic} took no messages in all of SNS's tries; they wait in a queue.",
    )
