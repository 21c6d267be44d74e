"""The role with which programs put readings directly into the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lib.building.iam import Role, caller_trust
from lib.part import PartDescription

if TYPE_CHECKING:
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.ingest.transport import Transport


class Producer(Construct):
    """May write to the stream and nothing else.

    The principals in the setting `stream.producers` may assume it; see `caller_trust`.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context, stream: Stream) -> None:
        super().__init__(scope, id_)
        self.role = Role(
            self,
            "role",
            context=context,
            name="producer",
            description="Puts readings into the stream",
            trust=caller_trust(context, context.config.stream.producers),
        )
        stream.grant_write(self.role)

    def describe(self) -> PartDescription:
        return PartDescription(outputs={"producer_role_arn": self.role.arn})


def build_producer(scope: Construct, *, context: Context, transport: Transport) -> Producer | None:
    """None without a stream: only the API writes into the queue."""
    if not transport.stream:
        return None
    return Producer(scope, "producer", context=context, stream=transport.stream)
