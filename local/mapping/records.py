"""Stream records and batches, on their way from a shard to the function."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from json import dumps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Lambda's quota for the request of a synchronous invocation."""

_HEAD, _TAIL = b'{"Records":[', b"]}"
ENVELOPE_BYTES = len(_HEAD) + len(_TAIL)


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """One record of a shard. `event` is its entry in the event's `Records`, encoded once for all retries."""

    sequence_number: str
    partition_key: str
    arrived: float
    """Approximate arrival, seconds since the epoch."""
    event: bytes


@dataclass(frozen=True, slots=True)
class ShardBatch:
    """Records of one shard in order, and their attempts so far."""

    records: tuple[StreamRecord, ...]
    retries: int = 0
    """Retries used of `maximum_retry_attempts`."""
    invocations: int = 0
    """Number of invocations with these records."""

    def payload(self) -> bytes:
        """The event as JSON."""
        return encode_event(self.records)


@dataclass(frozen=True, slots=True)
class EventSourceFacts:
    """The origin that every record's entry in the event names."""

    stream_arn: str
    shard_id: str
    region: str
    role_arn: str
    """The function's execution role, which reads the stream."""

    def record(self, answer: Mapping[str, Any]) -> StreamRecord:
        """Convert a record of GetRecords to Lambda's form (Developer Guide, "Using Lambda with Kinesis")."""
        sequence_number = answer["SequenceNumber"]
        # The service counts milliseconds; the float from boto3's datetime may differ slightly.
        arrived = round(answer["ApproximateArrivalTimestamp"].timestamp(), 3)
        entry = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": answer["PartitionKey"],
                "sequenceNumber": sequence_number,
                "data": b64encode(answer["Data"]).decode("ascii"),
                "approximateArrivalTimestamp": arrived,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{self.shard_id}:{sequence_number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": self.role_arn,
            "awsRegion": self.region,
            "eventSourceARN": self.stream_arn,
        }
        event = dumps(entry, separators=(",", ":")).encode()
        return StreamRecord(sequence_number, answer["PartitionKey"], arrived, event)


def encode_event(records: Sequence[StreamRecord]) -> bytes:
    """Return the event with `records` as JSON."""
    return _HEAD + b",".join(record.event for record in records) + _TAIL
