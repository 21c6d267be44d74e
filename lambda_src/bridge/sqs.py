"""The messages of the bridge's queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from lambda_src.common.transport.sqs import SqsEvent


class BridgeMessage(NamedTuple):
    message_id: str
    body: bytes
    receipt: str = ""
    received: int = 1
    """How often the queue delivered it, this time included."""


def read_messages(event: SqsEvent) -> list[BridgeMessage]:
    return [
        BridgeMessage(
            item["messageId"],
            item["body"].encode(errors="surrogatepass"),
            item["receiptHandle"],
            int(item["attributes"]["ApproximateReceiveCount"]),
        )
        for item in event["Records"]
    ]
