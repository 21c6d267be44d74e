"""The role under which programs put readings straight into the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lib.building.iam import Role, caller_trust

if TYPE_CHECKING:
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.ingest.transport import Transport


class Producer(Construct):
    """May write to the stream and do nothing else.

    Whom `stream.producers` names may assume it, as `caller_trust` says.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context, stream: Stream) -> None:
        super().__init__(scope, id_)
        self.role = Role(
            self,
            "role",
            name=context.naming.name("producer"),
            description="Puts readings into the stream",
            trust=caller_trust(context, context.config.stream.producers),
        )
        stream.grant_write(self.role)


def build_producer(scope: Construct, *, context: Context, transport: Transport) -> Producer | None:
    """Only a stream takes records from outside; into the queue leads the API alone."""
    if not transport.stream:
        return None
    return Producer(scope, "producer", context=context, stream=transport.stream)
