"""The objects of the quarantine bucket: read in order, and rewritten without retried lines."""

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
"""Prefix of retried lines. Nothing else reads it."""
SPAN_HOURS = 7 * 24
"""An object is stored under the hour of its first line's arrival. A late batch may hold lines that much younger."""
ROOM = 128 * 1024 * 1024
"""Bytes of memory for objects that are fetched ahead."""

_CHANGED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey", "412"})

_decode = msgspec.json.Decoder(QuarantinedLine).decode


class Kept(NamedTuple):
    """A parsed line and its bytes."""

    raw: bytes
    line: QuarantinedLine


class QuarantineObject(NamedTuple):
    """One object with its lines."""

    key: str
    etag: str
    lines: list[Kept]
    broken: list[bytes]
    """Unreadable lines. They stay in the object."""


class Objects:
    """Reads and rewrites the objects of one bucket."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def each(self, period: Period) -> Iterator[QuarantineObject]:
        """Yield all objects that may hold lines of the period. Reports unreadable lines."""
        # The list is fixed at the start, so that lines quarantined again meanwhile are not sent for ever.
        keys = list(self._keys(period))
        with closing(ahead(self._read, keys, size=lambda found: found[1], room=ROOM)) as objects:
            for _, stored in objects:
                if stored is None:
                    continue
                if stored.broken:
                    print(f"{stored.key}: {len(stored.broken):,} lines are unreadable", file=sys.stderr)
                yield stored

    def move_retried(self, stored: QuarantineObject, taken: Collection[int]) -> bool:
        """Move the lines with these indexes to `RETRIED`. Returns False if the object was rewritten meanwhile.

        The lines are written there before they are removed here, so a crash leaves them in both and so in quarantine.
        The key follows from the lines, so that a repetition writes nothing twice.
        """
        gone = b"".join(kept.raw + b"\n" for index, kept in enumerate(stored.lines) if index in taken)
        left = [kept.raw for index, kept in enumerate(stored.lines) if index not in taken] + stored.broken
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
        """Yield keys with their sizes, in the order of time."""
        low = "" if period.start_ms is None else PREFIX + hour_prefix(period.start_ms - SPAN_HOURS * HOUR_MS)
        high = None if period.end_ms is None else PREFIX + hour_prefix(period.end_ms - 1 + HOUR_MS)
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=PREFIX, StartAfter=low)
        for page in pages:
            for entry in page.get("Contents", ()):
                if high is not None and entry["Key"] >= high:
                    return
                yield entry["Key"], entry["Size"]

    def _read(self, found: tuple[str, int]) -> QuarantineObject | None:
        """Return the object, or None if it was deleted meanwhile."""
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
