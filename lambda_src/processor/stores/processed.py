"""The processed archive in S3: the evaluated readings of a batch as one gzip NDJSON object."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.objects import batch_key, iso
from lambda_src.common.aws.workers import workers
from lambda_src.common.clock import now_ms
from lambda_src.processor.record import by_record
from lambda_src.processor.stores.processed_line import to_gzip
from lambda_src.processor.stores.settings import ArchiveStoreSettings
from lambda_src.processor.stores.store import Outcome, StoreKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_s3 import S3Client

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.aws.workers import Workers
    from lambda_src.processor.record import Entry


class ProcessedStore:
    """Every reading. Where the transport keeps an order, a batch is one object, stored whole or not at all; otherwise
    each record has its own, because it is redelivered with other records than before.
    """

    prefix: ClassVar[str] = "processed"

    def __init__(
        self, s3: S3Client, bucket: str, workers: Workers, now_ms: Callable[[], int], *, ordered: bool = True
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._workers = workers
        self._now_ms = now_ms
        self._ordered = ordered

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Writer.write`."""
        chosen = self.choose(entries)
        if not chosen:
            return Outcome()
        objects = [chosen] if self._ordered else by_record(chosen)
        failed = self._workers.run(partial(self._put, together, deadline) for together in objects)
        return Outcome(list(chain.from_iterable(failed)))

    def choose(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Those of the entries that the archive takes."""
        return entries

    def _put(self, entries: Sequence[Entry], deadline: Deadline) -> Sequence[Entry]:
        """Returns the entries where they could not be stored."""
        if deadline.passed():
            return entries
        first = entries[0].record
        key = batch_key(
            self.prefix,
            arrived_ms=first.arrived_ms,
            shard_id=first.shard_id,
            sequence_number=first.sequence_number,
            suffix=".ndjson.gz",
        )
        try:
            with temporary_failures():
                self._s3.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=to_gzip(entries, iso(self._now_ms())),
                    ContentType="application/gzip",
                    # A bucket with Object Lock, as the anomalies' may be, refuses a PUT without a checksum (PutObject).
                    ChecksumAlgorithm="CRC32",
                )
        except TemporaryFailureError:
            return entries
        return ()


def _open(settings: ArchiveStoreSettings, ordered: bool) -> ProcessedStore | None:
    if not settings.processed_bucket:
        return None
    return ProcessedStore(clients.s3(), settings.processed_bucket, workers(), now_ms, ordered=ordered)


KIND = StoreKind(settings=ArchiveStoreSettings, open=_open, follows=True, order=0)
