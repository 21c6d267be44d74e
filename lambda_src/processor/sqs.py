"""Records of the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from lambda_src.common.transport.sqs import respond
from lambda_src.processor.record import DeliveredRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lambda_src.common.transport.batch import BatchResponse
    from lambda_src.common.transport.sqs import SqsEvent

SHARD = "sqs"
KEY = "-"
"""Stands in for the shard and the partition key of a `DeliveredRecord`, which a queue does not have."""


def is_event(event: Mapping[str, Any]) -> TypeGuard[SqsEvent]:
    """Return whether the event is this mapping's. An event has records of one source."""
    return any(item.get("eventSource") == "aws:sqs" for item in event["Records"][:1])


def read_records(event: SqsEvent) -> list[DeliveredRecord]:
    """Return the messages of an event. They have no order and are redelivered in other batches, or alone."""
    return [
        DeliveredRecord(
            # Half a surrogate pair has no UTF-8 form: the decoder refuses such a body, and nothing fails here.
            item["body"].encode(errors="surrogatepass"),
            int(item["attributes"]["SentTimestamp"]),
            SHARD,
            item["messageId"],
            KEY,
            item["eventSourceARN"],
        )
        for item in event["Records"]
    ]


def answer(records: Sequence[DeliveredRecord], again: Iterable[int]) -> BatchResponse:
    """Report the records with these indexes."""
    return respond(records[record_index].sequence_number for record_index in again)
