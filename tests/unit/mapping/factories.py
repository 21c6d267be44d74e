"""Factories of what passes between a stream, a mapping and a function."""

from __future__ import annotations

import json
from typing import Any

from botocore.exceptions import ClientError

from local.mapping.records import ShardBatch, StreamRecord
from local.mapping.settings import MappingSettings

STREAM_ARN = "arn:aws:kinesis:eu-central-1:111122223333:stream/readings"
FUNCTION_ARN = "arn:aws:lambda:eu-central-1:111122223333:function:processor"
ROLE_ARN = "arn:aws:iam::111122223333:role/processor"
UUID = "0c1e61a4-1c62-4a38-8e4c-2f1d1ea9f3a7"
SHARD = "shardId-000000000000"


def settings(**changes: Any) -> MappingSettings:
    base: dict[str, Any] = {
        "uuid": UUID,
        "function_arn": FUNCTION_ARN,
        "event_source_arn": STREAM_ARN,
        "starting_position": "TRIM_HORIZON",
    }
    return MappingSettings(**(base | changes))


def record(number: int, *, arrived: float = 1_700_000_000.0, key: str = "device", size: int = 0) -> StreamRecord:
    event = json.dumps({"kinesis": {"sequenceNumber": str(number)}, "pad": "x" * size})
    return StreamRecord(str(number), key, arrived, event.encode())


def batch(*numbers: int, retries: int = 0) -> ShardBatch:
    return ShardBatch(tuple(record(number) for number in numbers), retries)


def numbers(of: ShardBatch | None) -> list[int]:
    return [] if of is None else [int(record.sequence_number) for record in of.records]


def refusal(code: str, status: int = 400) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "scripted"},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, "call")


class FunctionError(Exception):
    """Raised by a scripted function: the invocation reaches it and fails."""
