"""Records that the Kinesis Producer Library aggregated: many records of a producer in one record of the stream.

The format is that of the library's own description (awslabs/amazon-kinesis-producer, aggregation-format.md): four magic
bytes, a protobuf message, and the MD5 of the message. Its fields are a table of partition keys, one of explicit hash
keys, and the records; a record has the index of its partition key, one of its hash key, its data and tags.
Lambda passes such records on as they are. Firehose splits them itself before it calls a function or writes to S3
(Kinesis Data Streams Developer Guide, "Use the KPL with Amazon Data Firehose").
"""

from __future__ import annotations

from hashlib import md5
from typing import NamedTuple

from lambda_src.common.protobuf import UNREADABLE, broken, chunk, fields, text_of, whole
from lambda_src.common.readings.decoded import MAX_READINGS
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

MAGIC = b"\xf3\x89\x9a\xc2"
_MD5_BYTES = 16
_KEYS, _RECORDS = 1, 3
"""Fields of the message."""
_KEY, _DATA = 1, 3
"""Fields of a record in it."""


class SubRecord(NamedTuple):
    partition_key: str
    data: bytes


def is_aggregated(data: bytes) -> bool:
    """Whether a record has the magic bytes and its MD5 is right. What only begins like one is a record of its own."""
    if not data.startswith(MAGIC):
        return False
    message = data[len(MAGIC) : -_MD5_BYTES]
    return md5(message, usedforsecurity=False).digest() == data[-_MD5_BYTES:]


def sub_records(data: bytes) -> list[SubRecord]:
    """The records in one for which `is_aggregated` is true, in their order.

    Raises `RuleBrokenError` if there are none or more than `MAX_READINGS`, or if the message is broken.
    """
    try:
        found = _parse(data[len(MAGIC) : -_MD5_BYTES])
    except UNREADABLE as error:
        raise broken("it is cut off") from error
    if not found:
        raise RuleBrokenError(Reason.EMPTY, "the aggregated record holds no record")
    return found


def _parse(message: bytes) -> list[SubRecord]:
    keys: list[str] = []
    records: list[bytes] = []
    for number, value in fields(message):
        if number == _KEYS:
            keys.append(text_of(chunk(value)))
        elif number == _RECORDS:
            records.append(chunk(value))
    if len(records) > MAX_READINGS:
        raise RuleBrokenError(Reason.TOO_LARGE, f"the record aggregates more than {MAX_READINGS:,} records")
    return [_record(record, keys) for record in records]


def _record(record: bytes, keys: list[str]) -> SubRecord:
    key, data = None, None
    for number, value in fields(record):
        if number == _KEY:
            key = whole(value)
        elif number == _DATA:
            data = chunk(value)
    if data is None or key is None or key >= len(keys):
        raise broken("a record has no data, or no partition key")
    return SubRecord(keys[key], data)
