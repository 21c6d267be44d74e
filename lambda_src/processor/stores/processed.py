"""The processed archive in S3: a batch's judged readings as one gzip NDJSON object."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.objects import batch_key, iso
from lambda_src.common.clock import now_ms
from lambda_src.processor.record import by_record
from lambda_src.processor.stores.processed_line import to_lines
from lambda_src.processor.stores.settings import ArchiveStoreSettings
from lambda_src.processor.stores.store import Outcome, StoreKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_s3 import S3Client

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.record import Entry

GZIP_LEVEL = 4
"""Half the time of zlib's default for a few per cent more bytes."""
_GZIP_WINDOW = 31
"""zlib's code for the largest window with a gzip header; the header's time stays 0, so equal lines give equal bytes."""


class ProcessedStore:
    """Takes all entries of a batch or none: one object, named by the first record in it. Where the transport has no
    order a record comes again with others than before, so that there each one has an object of its own.
    """

    def __init__(self, s3: S3Client, bucket: str, now_ms: Callable[[], int], *, ordered: bool = True) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._now_ms = now_ms
        self._ordered = ordered

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Store.write`."""
        if not entries:
            return Outcome()
        failed: list[Entry] = []
        for together in [entries] if self._ordered else by_record(entries):
            if deadline.passed():
                failed.extend(together)
                continue
            try:
                self._put(together)
            except TemporaryFailureError:
                failed.extend(together)
        return Outcome(failed)

    def _put(self, entries: Sequence[Entry]) -> None:
        first = entries[0].record
        key = batch_key(
            "processed",
            arrived_ms=first.arrived_ms,
            shard_id=first.shard_id,
            sequence_number=first.sequence_number,
            suffix=".ndjson.gz",
        )
        with temporary_failures():
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=_compress(to_lines(entries, iso(self._now_ms()))),
                ContentType="application/gzip",
            )


def _compress(lines: bytes) -> bytes:
    return zlib.compress(lines, level=GZIP_LEVEL, wbits=_GZIP_WINDOW)


def _open(settings: ArchiveStoreSettings, ordered: bool) -> ProcessedStore | None:
    if not settings.processed_bucket:
        return None
    return ProcessedStore(clients.s3(), settings.processed_bucket, now_ms, ordered=ordered)


KIND = StoreKind(settings=ArchiveStoreSettings, open=_open, follows=True, order=0)
