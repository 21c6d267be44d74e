"""The raw archive: every byte of the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.archive.delivery import HOURLY, DeliveryOptions, FirehoseDelivery
from lib.monitoring.alarms.archive import firehose_alarms
from lib.monitoring.dashboard.stores import delivery_row
from lib.part import PartDescription

if TYPE_CHECKING:
    from constructs import Construct

    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.ingest.transport import Transport
    from lib.security.key import Key
    from lib.store.bucket import Bucket
    from lib.store.stores import Stores

RAW_PREFIX = "raw-data/"


class RawArchive(FirehoseDelivery):
    """Gzipped, newline-delimited original records, by hour of arrival; undeliverable ones under `errors/`."""

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, key: Key, stream: Stream, bucket: Bucket
    ) -> None:
        settings = context.config.archive
        options = DeliveryOptions(
            name="archive",
            description="Delivers the stream to the raw bucket",
            prefix=f"{RAW_PREFIX}{HOURLY}",
            buffer_mib=settings.buffer_mib,
            buffer_seconds=settings.buffer_seconds,
        )
        super().__init__(scope, id_, context=context, key=key, stream=stream, bucket=bucket, options=options)
        self._stream, self._config = stream, context.config

    def describe(self) -> PartDescription:
        return PartDescription(
            alarms=list(firehose_alarms("archive", self, self._stream, self._config)),
            rows=[delivery_row("Archive", self, self._config)],
            outputs={"raw_bucket": self.bucket.name, "firehose_name": self.name},
            uses=[self.use()],
        )


def build_archive(
    scope: Construct, *, context: Context, key: Key, transport: Transport, stores: Stores
) -> RawArchive | None:
    """Build the archive. Returns None if the settings do not enable it or there is no stream."""
    if not (transport.stream and stores.raw):
        return None
    return RawArchive(scope, "archive", context=context, key=key, stream=transport.stream, bucket=stores.raw)
