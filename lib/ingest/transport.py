"""The transport between the entrypoints and the processor: a stream or a queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.ingest.ingest_queue import IngestQueue
from lib.ingest.stream import Stream
from lib.part import PartDescription, describe_all

if TYPE_CHECKING:
    from constructs import Construct

    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key


@dataclass(frozen=True, kw_only=True)
class Transport:
    """Exactly one of the two is set."""

    stream: Stream | None
    queue: IngestQueue | None

    @property
    def stream_name(self) -> str:
        """For a function's settings: empty where the transport is a queue."""
        return self.stream.name if self.stream else ""

    @property
    def queue_url(self) -> str:
        """For a function's settings: empty where the transport is a stream."""
        return self.queue.url if self.queue else ""

    def grant_write(self, role: Role) -> None:
        """Let ``role`` send readings to the processor."""
        if self.stream:
            self.stream.grant_write(role)
        if self.queue:
            self.queue.grant_write(role)

    def describe(self) -> PartDescription:
        return describe_all(self.stream, self.queue)


def build_transport(scope: Construct, *, context: Context, key: Key) -> Transport:
    """A stream or a queue, as the settings say."""
    if context.config.transport == "kinesis":
        return Transport(stream=Stream(scope, "stream", context=context, key=key), queue=None)
    return Transport(stream=None, queue=IngestQueue(scope, "ingest-queue", context=context, key=key))
