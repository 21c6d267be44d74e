"""What is remembered of redriving, so that whoever sees a letter again knows how often it came.

A queue's message carries its history itself. A stream's record cannot, so it lies beside the letters in the on-failure
bucket, under the hash of the record: it is found again whatever batch the record is given up in.
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
"""The message attribute: JSON, a list of `Redriven`."""
PREFIX = "redriven/"
LONGEST = 20
"""Entries that are kept, the latest: an attribute counts for the length of its message."""
_THREADS = 8


class _Remembered(msgspec.Struct):
    history: History


_decode = msgspec.json.Decoder(History).decode
_decode_index = msgspec.json.Decoder(_Remembered).decode
_encode = msgspec.json.Encoder().encode


def read_attribute(text: str) -> History:
    """Empty for what is none of ours."""
    try:
        return _decode(text)
    except msgspec.DecodeError:
        return []


def write_attribute(history: History) -> str:
    return _encode(history).decode()


def extended(history: History, entry: Redriven) -> History:
    """With another entry, and the oldest ones left out where it grows too long."""
    return [*history, entry][-LONGEST:]


class HistoryIndex:
    """The histories of stream records, by what they are."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def of(self, partition_key: str, data: bytes) -> History:
        """Empty for a record that was never redriven, and where what is remembered is none of ours."""
        key = object_key(partition_key, data)
        if key not in self._known:
            return []
        body = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        try:
            return _decode_index(body).history
        except msgspec.DecodeError:
            return []

    def keep(self, histories: Mapping[tuple[str, bytes], History]) -> None:
        """Remember these, by partition key and data, in place of what there was."""
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
    return f"{PREFIX}{hashlib.sha256(partition_key.encode() + data).hexdigest()}.json"
