"""The stream's records as Firehose passes them to a function."""

from collections.abc import Iterator
from typing import Any, NamedTuple

_MEGABYTE = 1_000_000


class Taken(NamedTuple):
    """A record of the stream as Firehose sees it. ``data`` is base64."""

    id: str
    data: str
    arrived_ms: int
    event: dict[str, Any]


def number(record: dict[str, Any]) -> int:
    """Return a record's sequence number. It grows within a shard."""
    return int(record["SequenceNumber"])


def taken(shard: str, record: dict[str, Any]) -> Taken:
    """Convert one of MiniStack's records into the event that Firehose documents for a Kinesis source."""
    arrived_ms = round(record["ApproximateArrivalTimestamp"] * 1000)
    id_, data = f"{shard}:{record['SequenceNumber']}", record["Data"]
    event = {
        "recordId": id_,
        "approximateArrivalTimestamp": arrived_ms,
        "data": data,
        "kinesisRecordMetadata": {
            "shardId": shard,
            "partitionKey": record["PartitionKey"],
            "approximateArrivalTimestamp": arrived_ms,
            "sequenceNumber": record["SequenceNumber"],
            "subsequenceNumber": "",
        },
    }
    return Taken(id_, data, arrived_ms, event)


def buffers(records: list[Taken], megabytes: float) -> Iterator[list[Taken]]:
    """Yield the records in buffers of at most ``megabytes``."""
    buffer: list[Taken] = []
    size = 0.0
    for record in records:
        length = len(record.data) * 3 / 4
        if buffer and size + length > megabytes * _MEGABYTE:
            yield buffer
            buffer, size = [], 0.0
        buffer.append(record)
        size += length
    if buffer:
        yield buffer
