"""How soon the queue redelivers messages that wait for a birth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient

    from lambda_src.bridge.sqs import BridgeMessage

SECONDS = (5, 15, 60, 180)
"""By how often a message was received. An edge node answers within seconds if it is connected."""
_PER_CALL = 10
"""The service's limit for ChangeMessageVisibilityBatch."""


class EarlyRedelivery:
    """Redelivers messages earlier than the queue's visibility timeout says, which is made for failures."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def shorten(self, messages: Sequence[BridgeMessage]) -> None:
        """Where that fails for now, the messages are redelivered when their visibility timeout ends."""
        for start in range(0, len(messages), _PER_CALL):
            try:
                with temporary_failures():
                    self._client.change_message_visibility_batch(
                        QueueUrl=self._queue_url,
                        Entries=[
                            {
                                "Id": str(number),
                                "ReceiptHandle": message.receipt,
                                "VisibilityTimeout": SECONDS[min(message.received, len(SECONDS)) - 1],
                            }
                            for number, message in enumerate(messages[start : start + _PER_CALL])
                        ],
                    )
            except TemporaryFailureError:
                return
