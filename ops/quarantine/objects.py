"""The quarantine's objects: read in order, and freed of the lines that were taken out of them."""

from __future__ import annotations

import hashlib
import sys
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from ops.ahead import ahead
from ops.period import HOUR_MS, hour_prefix
from ops.quarantine.lines import QuarantinedLine

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mypy_boto3_s3 import S3Client

    from ops.period import Period

PREFIX = "quarantine/"
RETRIED = "retried/"
"""Where lines lie that were sent again; nothing that reads the quarantine looks there."""
SPAN_HOURS = 7 * 24
"""An object lies in the hour of its first line's arrival; a batch that waited may hold lines that much younger."""
ROOM = 128 * 1024 * 1024
"""Bytes of memory that the objects fetched ahead may take."""

_CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412"})

_decode = msgspec.json.Decoder(QuarantinedLine).decode


class Kept(NamedTuple):
    """A line with its bytes."""

    raw: bytes
    line: QuarantinedLine


class QuarantineObject(NamedTuple):
    key: str
    etag: str
    lines: list[Kept]
    broken: list[bytes]
    """Lines that nobody can read; they stay where they are."""


class Objects:
    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def each(self, period: Period) -> Iterator[QuarantineObject]:
        """All objects that may hold lines which arrived in the period; tells of lines that cannot be read."""
        # Those of now: what is refused again while they are sent would be sent for ever.
        keys = list(self._keys(period))
        with closing(ahead(self._read, keys, size=lambda found: found[1], room=ROOM)) as objects:
            for _, stored in objects:
                if stored is None:
                    continue
                if stored.broken:
                    print(f"{stored.key}: {len(stored.broken):,} lines cannot be read", file=sys.stderr)
                yield stored

    def settle(self, stored: QuarantineObject, taken: Collection[int]) -> bool:
        """Move the lines at these places out of the quarantine; False where the object was written anew meanwhile.

        First they are put where they go, then they are taken from where they were: a crash between the two leaves them
        in both places, and so in the quarantine. The name follows from them, so that doing it again doubles nothing.
        """
        gone = b"".join(kept.raw + b"\n" for place, kept in enumerate(stored.lines) if place in taken)
        left = [kept.raw for place, kept in enumerate(stored.lines) if place not in taken] + stored.broken
        stem = stored.key.removeprefix(PREFIX).removesuffix(".ndjson")
        name = f"{RETRIED}{stem}-{hashlib.sha256(gone).hexdigest()[:16]}.ndjson"
        self._put(name, gone)
        try:
            if left:
                self._put(stored.key, b"".join(raw + b"\n" for raw in left), IfMatch=stored.etag)
            else:
                self._s3.delete_object(Bucket=self._bucket, Key=stored.key, IfMatch=stored.etag)
        except ClientError as error:
            if code_of(error) not in _CHANGED:
                raise
            return False
        return True

    def _put(self, key: str, body: bytes, **condition: Any) -> None:
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/x-ndjson", **condition)

    def _keys(self, period: Period) -> Iterator[tuple[str, int]]:
        """Keys with their sizes, in the order of time."""
        low = "" if period.start_ms is None else PREFIX + hour_prefix(period.start_ms - SPAN_HOURS * HOUR_MS)
        high = None if period.end_ms is None else PREFIX + hour_prefix(period.end_ms - 1 + HOUR_MS)
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=PREFIX, StartAfter=low)
        for page in pages:
            for entry in page.get("Contents", ()):
                if high is not None and entry["Key"] >= high:
                    return
                yield entry["Key"], entry["Size"]

    def _read(self, found: tuple[str, int]) -> QuarantineObject | None:
        """None for what somebody else took away meanwhile."""
        key, _ = found
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if code_of(error) != "NoSuchKey":
                raise
            return None
        lines, broken = _split(answer["Body"].read().split(b"\n"))
        return QuarantineObject(key, answer["ETag"], lines, broken)


def _split(raws: Sequence[bytes]) -> tuple[list[Kept], list[bytes]]:
    lines: list[Kept] = []
    broken: list[bytes] = []
    for raw in filter(None, raws):
        try:
            lines.append(Kept(raw, _decode(raw)))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            broken.append(raw)
    return lines, broken
