"""Commands to edge nodes, published by the account's data endpoint of AWS IoT."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws.errors import temporary_failures

if TYPE_CHECKING:
    from lambda_src.common.aws.clients import TopicPublisher


class IotCommands:
    """As `Commands`."""

    def __init__(self, client: TopicPublisher) -> None:
        self._client = client

    def publish(self, topic: str, payload: bytes) -> None:
        with temporary_failures():
            self._client.publish(topic=topic, qos=1, retain=False, payload=payload)
