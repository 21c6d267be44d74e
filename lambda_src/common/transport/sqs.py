"""The event of an SQS event source mapping, and the response to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.common.transport.batch import BatchResponse


class SqsAttributes(TypedDict):
    SentTimestamp: str
    ApproximateReceiveCount: str


class SqsRecord(TypedDict):
    messageId: str
    receiptHandle: str
    body: str
    attributes: SqsAttributes
    eventSource: str
    eventSourceARN: str


class SqsEvent(TypedDict):
    Records: list[SqsRecord]


def respond(failed: Iterable[str]) -> BatchResponse:
    """Report failed messages by id; a message that exhausts its receives goes to the dead-letter queue."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
