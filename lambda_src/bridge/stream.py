"""The stream that the bridge writes to."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from lambda_src.bridge.pack import chunks
from lambda_src.common.clients import CONNECT_SECONDS
from lambda_src.common.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.retry import resend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_kinesis import KinesisClient

    from lambda_src.bridge.pack import Record
    from lambda_src.common.deadline import Deadline

RECORDS_PER_CALL = 500
BYTES_PER_CALL = 5 * 1024 * 1024
"""The service's limits for PutRecords."""
READ_SECONDS = 8.0
"""A call carries up to 5 MiB, more than the other functions' calls and their 3 s."""


@cache
def kinesis() -> KinesisClient:
    """The client, made at first use. It repeats nothing by itself: `Stream` resends with the deadline in view."""
    config = Config(connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("kinesis", config=config)


class Stream:
    def __init__(self, client: KinesisClient, name: str) -> None:
        self._client = client
        self._name = name

    def put(self, records: Sequence[Record], deadline: Deadline) -> list[Record]:
        """Put all records, repeating those that the stream did not take; returns what is left in the end.

        Raises what is not temporary.
        """
        left: list[Record] = []
        for chunk in chunks(records, most=RECORDS_PER_CALL, size=BYTES_PER_CALL):
            left.extend(resend(self._send, chunk, deadline))
        return left

    def _send(self, records: Sequence[Record]) -> Sequence[Record]:
        try:
            with temporary_failures():
                answer = self._client.put_records(
                    StreamName=self._name,
                    Records=[{"Data": record.data, "PartitionKey": record.partition_key} for record in records],
                )
        except TemporaryFailureError:
            return records
        # The answer has one entry a record, in the order of the request.
        outcomes = zip(records, answer["Records"], strict=True)
        return [record for record, outcome in outcomes if outcome.get("ErrorCode")]
