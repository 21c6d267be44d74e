"""Where what can never become a stored reading is kept: its bytes, the reason and where it came from."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Protocol

import msgspec

from lambda_src.common.aws.errors import temporary_failures
from lambda_src.common.aws.objects import batch_key, iso
from lambda_src.common.readings.rejects import Reason  # msgspec resolves it at run time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_s3 import S3Client

_encode_lines = msgspec.json.Encoder().encode_lines


class QuarantineSource(msgspec.Struct, frozen=True):
    """Which record the bytes came in; ``position`` is the index of the reading inside of it, None if it is no list.

    ``device`` and ``received_ms`` are what an envelope around the bytes said of them; None where there was none, or
    where the bytes are an envelope themselves.
    """

    event_source_arn: str
    shard_id: str
    sequence_number: str
    partition_key: str
    arrived_ms: int
    position: int | None = None
    device: str | None = None
    received_ms: int | None = None


class Quarantined(msgspec.Struct, frozen=True):
    reason: Reason
    detail: str
    payload: bytes
    source: QuarantineSource


class QuarantineLine(msgspec.Struct, frozen=True):
    """One line of an object; the times are ISO 8601, UTC."""

    reason: Reason
    detail: str
    payload_base64: str
    source: QuarantineSource
    quarantined_at: str


class Keeper(Protocol):
    """Where the processor leaves what it refuses."""

    def write(self, items: Sequence[Quarantined], now_ms: int) -> None:
        """Raises `TemporaryFailureError` where a repetition may help."""
        ...


class Quarantine:
    """Writes one NDJSON object for what a batch could not store, named by the first record in it."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def write(self, items: Sequence[Quarantined], now_ms: int) -> None:
        """Keep ``items``, in the order of their records; without any, nothing is written.

        Raises `TemporaryFailureError` where a repetition may help, the SDK's own error where it cannot.
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
            QuarantineLine(item.reason, item.detail, b64encode(item.payload).decode(), item.source, at)
            for item in items
        ]
        with temporary_failures():
            self._s3.put_object(
                Bucket=self._bucket, Key=key, Body=_encode_lines(lines), ContentType="application/x-ndjson"
            )
