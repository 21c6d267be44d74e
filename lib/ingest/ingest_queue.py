"""The queue that replaces the stream where ``transport = "sqs"``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.ingest.queue import Queue
from lib.monitoring.alarms.queue import transport_queue_alarms
from lib.monitoring.dashboard.flow import queue_row
from lib.monitoring.dashboard.widgets import Section
from lib.part import PartDescription

if TYPE_CHECKING:
    from constructs import Construct

    from lib.context import Context
    from lib.security.key import Key


class IngestQueue(Queue):
    """Feeds the processor; the API is its only sender."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key) -> None:
        super().__init__(
            scope,
            id_,
            name="ingest",
            context=context,
            key=key,
            consumer_timeout_seconds=context.config.processor.timeout_seconds,
            tries=context.config.queue.tries,
        )
        self._config = context.config

    def describe(self) -> PartDescription:
        return PartDescription(
            queues={"ingest": self},
            alarms=list(transport_queue_alarms(self, self._config)),
            rows=[queue_row("ingest", self, Section.TRANSPORT)],
            outputs={"queue_url": self.url, "queue_dlq_url": self.dead_letters_url},
            uses=self.uses(),
        )
