"""The partial batch response of Lambda's event source mappings, the same for Kinesis and SQS."""

from __future__ import annotations

from typing import TypedDict


class ItemFailure(TypedDict):
    itemIdentifier: str


class BatchResponse(TypedDict):
    """Which items failed. Without failures the whole batch is done.

    Kinesis delivers everything from the lowest reported sequence number again; SQS delivers exactly the reported
    messages again and deletes the others.
    """

    batchItemFailures: list[ItemFailure]
