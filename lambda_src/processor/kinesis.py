"""The event of a Kinesis event source mapping, and the response to it."""

from __future__ import annotations

from binascii import a2b_base64
from typing import TYPE_CHECKING, TypedDict

from lambda_src.processor.record import DeliveredRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.transport.batch import BatchResponse


class KinesisData(TypedDict):
    data: str
    partitionKey: str
    sequenceNumber: str
    approximateArrivalTimestamp: float


class KinesisRecord(TypedDict):
    eventID: str
    eventSourceARN: str
    kinesis: KinesisData


class KinesisEvent(TypedDict):
    Records: list[KinesisRecord]


def read_records(event: KinesisEvent) -> list[DeliveredRecord]:
    """Return the records of an event in the order of the shard. ``eventID`` is ``<shard id>:<sequence number>``."""
    return [
        DeliveredRecord(
            a2b_base64(item["kinesis"]["data"]),
            round(item["kinesis"]["approximateArrivalTimestamp"] * 1000),
            item["eventID"].partition(":")[0],
            item["kinesis"]["sequenceNumber"],
            item["kinesis"]["partitionKey"],
            item["eventSourceARN"],
        )
        for item in event["Records"]
    ]


def respond(records: Sequence[DeliveredRecord], checkpoint: int) -> BatchResponse:
    """Report the record with the index ``checkpoint``. The batch's length means that all are done."""
    if checkpoint >= len(records):
        return {"batchItemFailures": []}
    return {"batchItemFailures": [{"itemIdentifier": records[checkpoint].sequence_number}]}
