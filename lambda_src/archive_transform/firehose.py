"""The wire format: what Firehose passes to a transformation, and the response for each record."""

from __future__ import annotations

from binascii import a2b_base64
from typing import TYPE_CHECKING, Literal, NamedTuple, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Sequence


class KinesisMetadata(TypedDict):
    shardId: str
    partitionKey: str
    approximateArrivalTimestamp: int
    sequenceNumber: str


class FirehoseEventRecord(TypedDict):
    """``kinesisRecordMetadata`` exists if the source is a Kinesis stream. Both times are milliseconds."""

    recordId: str
    approximateArrivalTimestamp: int
    data: str
    kinesisRecordMetadata: NotRequired[KinesisMetadata]


class FirehoseEvent(TypedDict):
    invocationId: str
    deliveryStreamArn: str
    records: list[FirehoseEventRecord]


class Metadata(TypedDict):
    partitionKeys: dict[str, str]


class TransformedRecord(TypedDict):
    """``ProcessingFailed`` keeps the original record under the error prefix and needs no data."""

    recordId: str
    result: Literal["Ok", "ProcessingFailed"]
    data: NotRequired[str]
    metadata: NotRequired[Metadata]


class TransformResponse(TypedDict):
    records: list[TransformedRecord]


class FirehoseRecord(NamedTuple):
    """``arrived_ms`` is when the stream accepted the record, as in the processor."""

    id: str
    data: bytes
    arrived_ms: int


def read_records(event: FirehoseEvent) -> Sequence[FirehoseRecord]:
    return [
        FirehoseRecord(
            item["recordId"],
            a2b_base64(item["data"]),
            # Firehose's own time is later than the stream's, and a reading without a time gets its arrival.
            item.get("kinesisRecordMetadata", item)["approximateArrivalTimestamp"],
        )
        for item in event["records"]
    ]


def failed(record: FirehoseRecord) -> TransformedRecord:
    return {"recordId": record.id, "result": "ProcessingFailed"}


def done(record: FirehoseRecord, data: str, partition: str | None) -> TransformedRecord:
    """Return a transformed record. ``partition`` is the value of ``sensor_type``, None without partitions."""
    answer: TransformedRecord = {"recordId": record.id, "result": "Ok", "data": data}
    if partition is not None:
        answer["metadata"] = {"partitionKeys": {"sensor_type": partition}}
    return answer
