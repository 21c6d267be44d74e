"""Records that came through the queue."""

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
"""What stands in a `DeliveredRecord` for the shard and the partition key, which a queue does not have."""


def is_event(event: Mapping[str, Any]) -> TypeGuard[SqsEvent]:
    """Whether it is this mapping's; an event has records of one source."""
    return any(item.get("eventSource") == "aws:sqs" for item in event["Records"][:1])


def read_records(event: SqsEvent) -> list[DeliveredRecord]:
    """The messages of an event. They have no order, and come again in other batches, or alone."""
    return [
        DeliveredRecord(
            # Half of a surrogate pair has no UTF-8: such a body is refused by the decoder, and fails nothing here.
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
    """Report the records at these places of the batch."""
    return respond(records[place].sequence_number for place in again)
