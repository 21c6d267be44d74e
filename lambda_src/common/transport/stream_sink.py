"""The Kinesis stream as the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.transport.records import MAX_RECORD
from lambda_src.common.transport.sink import put_in_chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_kinesis import KinesisClient

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.transport.records import OutgoingRecord, S
    from lambda_src.common.transport.sink import Left

RECORDS_PER_CALL = 500
BYTES_PER_CALL = 5 * 1024 * 1024
"""Limits of PutRecords."""


class StreamSink:
    """Implements `Sink`. A record's device is its partition key, so that its order is kept."""

    longest = MAX_RECORD

    def __init__(self, client: KinesisClient, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, records: Sequence[OutgoingRecord[S]], deadline: Deadline) -> Left[S]:
        return put_in_chunks(self._send, records, deadline, most=RECORDS_PER_CALL, size=BYTES_PER_CALL)

    def _send(self, records: Sequence[OutgoingRecord[S]]) -> list[str | None]:
        answer = self._client.put_records(
            StreamName=self._name,
            Records=[{"Data": record.data, "PartitionKey": record.partition_key} for record in records],
        )
        # The response has one entry per record in the order of the request; all its codes are temporary errors.
        return [outcome.get("ErrorCode") for outcome in answer["Records"]]
