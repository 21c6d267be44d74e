"""Anomalies in S3 at once: one object a device and batch, for who cannot wait for a query over the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws import clients
from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.objects import iso
from lambda_src.common.clock import now_ms
from lambda_src.processor.stores.processed_line import to_lines
from lambda_src.processor.stores.settings import ArchiveStoreSettings
from lambda_src.processor.stores.store import Outcome, StoreKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_s3 import S3Client

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.processor.record import Entry


class AnomalyStore:
    """Takes the entries before the checkpoint. An object has the lines of the processed archive, uncompressed, and is
    named by the first anomaly in it and the record that brought that: every attempt that begins with the same one
    writes to the same name. Where the transport has no order there is one object a device and record instead, named by
    the record alone.
    """

    def __init__(self, s3: S3Client, bucket: str, now_ms: Callable[[], int], *, ordered: bool = True) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._now_ms = now_ms
        self._ordered = ordered

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Store.write`; entries that are no anomalies are left out."""
        objects: dict[tuple[str, int], list[Entry]] = {}
        for entry in entries:
            if entry.verdict.is_anomaly:
                of = entry.reading.device_id, 0 if self._ordered else entry.place
                objects.setdefault(of, []).append(entry)
        failed: list[Entry] = []
        for anomalies in objects.values():
            if deadline.passed():
                failed.extend(anomalies)
                continue
            try:
                self._put(anomalies)
            except TemporaryFailureError:
                failed.extend(anomalies)
        return Outcome(failed)

    def _put(self, anomalies: Sequence[Entry]) -> None:
        with temporary_failures():
            self._s3.put_object(
                Bucket=self._bucket,
                Key=self._key(anomalies[0]),
                Body=to_lines(anomalies, iso(self._now_ms())),
                ContentType="application/x-ndjson",
                # A bucket with Object Lock refuses a PUT without one (PutObject); not every SDK adds it by itself.
                ChecksumAlgorithm="CRC32",
            )

    def _key(self, first: Entry) -> str:
        reading, record = first.reading, first.record
        name = f"{record.shard_id}-{record.sequence_number}"
        if self._ordered:
            name = f"{reading.timestamp_ms:013d}-{reading.sensor_type}-{name}"
        else:
            # Which of the record's anomalies is the first depends on what came with it.
            name = f"{record.arrived_ms:013d}-{name}"
        return f"anomalies/{reading.device_id}/{name}.ndjson"


def _open(settings: ArchiveStoreSettings, ordered: bool) -> AnomalyStore | None:
    if not settings.anomalies_bucket:
        return None
    return AnomalyStore(clients.s3(), settings.anomalies_bucket, now_ms, ordered=ordered)


KIND = StoreKind(settings=ArchiveStoreSettings, open=_open, follows=True, order=1)
