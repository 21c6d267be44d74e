"""What lies between the front doors and the processor: a stream, or a queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.ingest.queue import Queue
from lib.ingest.stream import Stream

if TYPE_CHECKING:
    from constructs import Construct

    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Exactly one of the two."""

    stream: Stream | None
    queue: Queue | None

    @property
    def stream_name(self) -> str:
        """For a function's settings: empty where there is a queue."""
        return self.stream.name if self.stream else ""

    @property
    def queue_url(self) -> str:
        """For a function's settings: empty where there is a stream."""
        return self.queue.url if self.queue else ""

    def grant_write(self, role: Role) -> None:
        """Let ``role`` hand readings to the processor."""
        if self.stream:
            self.stream.grant_write(role)
        if self.queue:
            self.queue.grant_write(role)


def build_transport(scope: Construct, *, context: Context, key: Key) -> Transport:
    """What the settings ask for."""
    config = context.config
    if config.transport == "kinesis":
        return Transport(stream=Stream(scope, "stream", context=context, key=key), queue=None)
    queue = Queue(
        scope,
        "ingest-queue",
        name="ingest",
        context=context,
        key=key,
        consumer_timeout_seconds=config.processor.timeout_seconds,
        tries=config.queue.tries,
    )
    return Transport(stream=None, queue=queue)
