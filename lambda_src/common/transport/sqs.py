"""The wire of a queue: what an SQS event source mapping sends, and what it wants to hear."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable


class SqsAttributes(TypedDict):
    SentTimestamp: str


class SqsRecord(TypedDict):
    messageId: str
    body: str
    attributes: SqsAttributes
    eventSource: str
    eventSourceARN: str


class SqsEvent(TypedDict):
    Records: list[SqsRecord]


class ItemFailure(TypedDict):
    itemIdentifier: str


class BatchResponse(TypedDict):
    """The messages that come again; all others are deleted from the queue."""

    batchItemFailures: list[ItemFailure]


def respond(failed: Iterable[str]) -> BatchResponse:
    """Report messages by id; what exhausts its receives goes to the queue's dead letters."""
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
