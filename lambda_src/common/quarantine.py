"""The quarantine: invalid content with its bytes, its reason and its origin."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Protocol

import msgspec

from lambda_src.common.aws.errors import temporary_failures
from lambda_src.common.aws.objects import batch_key, iso
from lambda_src.common.readings.rejects import Reason  # msgspec resolves it at run time.

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client

_encode_lines = msgspec.json.Encoder().encode_lines


class QuarantineSource(msgspec.Struct, frozen=True):
    """The record that held the bytes. ``position`` is the index of the reading in it, None if it is not a list.

    ``device``, ``received_ms`` and ``topic`` come from the envelope around the bytes. They are None without an
    envelope, or if the bytes are an envelope themselves.
    """

    event_source_arn: str
    shard_id: str
    sequence_number: str
    partition_key: str
    arrived_ms: int
    position: int | None = None
    device: str | None = None
    received_ms: int | None = None
    sub_record: int | None = None
    """Index of the record among those that the producer aggregated into one record of the stream (KPL)."""
    topic: str | None = None


class Quarantined(msgspec.Struct, frozen=True):
    reason: Reason
    detail: str
    payload: bytes
    source: QuarantineSource
    others: tuple[Reason, ...] = ()
    """The reasons of further readings that were refused with these bytes."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The reason of each refused reading."""
        return (self.reason, *self.others)


class QuarantineLine(msgspec.Struct, frozen=True):
    """One line of an object. Times are ISO 8601 in UTC."""

    reason: Reason
    detail: str
    payload_base64: str
    source: QuarantineSource
    quarantined_at: str
    refused: int
    """Readings that this line stands for."""


class Keeper(Protocol):
    """Stores what the processor refuses."""

    def write(self, items: Sequence[Quarantined], now_ms: int) -> None:
        """Store items. Raises `TemporaryFailureError` if a retry may help."""
        ...


class Quarantine:
    """Writes one NDJSON object per batch, named after the first record in it."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def write(self, items: Sequence[Quarantined], now_ms: int) -> None:
        """Store ``items`` in the order of their records; without items nothing is written.

        Raises `TemporaryFailureError` if a retry may help, otherwise the SDK's error.
        """
        if not items:
            return
        first = items[0].source
        key = batch_key(
            "quarantine",
            arrived_ms=first.arrived_ms,
            shard_id=first.shard_id,
            sequence_number=first.sequence_number,
            suffix=".ndjson",
        )
        at = iso(now_ms)
        lines = [
            QuarantineLine(
                item.reason, item.detail, b64encode(item.payload).decode(), item.source, at, len(item.reasons)
            )
            for item in items
        ]
        with temporary_failures():
            self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=_encode_lines(lines), ContentType="application/x-ndjson"
            )
