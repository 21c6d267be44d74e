"""The history of redriven messages, so that a repeated failure shows how often it was redriven.

A queue's message carries its history in an attribute. A stream's record cannot. Its history is an object in the
on-failure bucket, named by the hash of the record, so that it is found in whatever batch the record fails again.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from ops.dlq.messages import History, Redriven

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client

ATTRIBUTE = "history"
"""Name of the message attribute: JSON, a list of `Redriven`."""
PREFIX = "redriven/"
LONGEST = 20
"""Maximum number of entries, the latest ones. An attribute counts towards the size limit of its message."""
_THREADS = 8


class _Remembered(msgspec.Struct):
    history: History


_decode = msgspec.json.Decoder(History).decode
_decode_index = msgspec.json.Decoder(_Remembered).decode
_encode = msgspec.json.Encoder().encode


def read_attribute(text: str) -> History:
    """Parse a history. Returns an empty one if the text is not a history."""
    try:
        return _decode(text)
    except msgspec.DecodeError:
        return []


def write_attribute(history: History) -> str:
    """Return the history as JSON."""
    return _encode(history).decode()


def extended(history: History, entry: Redriven) -> History:
    """Return the history with another entry, without the oldest entries beyond `LONGEST`."""
    return [*history, entry][-LONGEST:]


class HistoryIndex:
    """The histories of stream records, by partition key and data."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def of(self, partition_key: str, data: bytes) -> History:
        """Return a record's history. It is empty if the record was never redriven or the object is invalid."""
        key = object_key(partition_key, data)
        if key not in self._known:
            return []
        body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        try:
            return _decode_index(body).history
        except msgspec.DecodeError:
            return []

    def keep(self, histories: Mapping[tuple[str, bytes], History]) -> None:
        """Store these histories, by partition key and data, and replace earlier ones."""
        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(self._keep, histories, histories.values()))

    def _keep(self, record: tuple[str, bytes], history: History) -> None:
        key = object_key(*record)
        body = _encode(_Remembered(history))
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        self._known.add(key)

    @cached_property
    def _known(self) -> set[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=PREFIX)
        return {entry["Key"] for page in pages for entry in page.get("Contents", ())}


def object_key(partition_key: str, data: bytes) -> str:
    """Return the key of the object with a record's history."""
    return f"{PREFIX}{hashlib.sha256(partition_key.encode() + data).hexdigest()}.json"
