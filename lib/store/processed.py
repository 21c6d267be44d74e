"""The processed archive in S3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.part import PartDescription
from lib.store.bucket import Bucket
from lib.usage import Amount

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.iam import Role
    from lib.store.store import StoreSite
    from lib.usage import Traffic

READING_BYTES = 30
"""Size of an evaluated reading in gzip, for `ops cost`."""
PROCESSED_PREFIX = "processed/"


class ProcessedBucket(Bucket):
    """Every reading with its verdict, as newline-delimited JSON."""

    def __init__(self, site: StoreSite) -> None:
        lifecycle = site.context.config.processed
        super().__init__(site.scope, "processed", context=site.context, key=site.key, lifecycle=lifecycle)
        self._of_messages = site.context.config.transport == "sqs"

    def settings(self) -> Mapping[str, object]:
        return {"processed_bucket": self.name}

    def grant_write(self, role: Role, prefix: str = PROCESSED_PREFIX) -> None:
        super().grant_write(role, prefix)

    def describe(self) -> PartDescription:
        return PartDescription(outputs={"processed_bucket": self.name}, uses=[self.use(self._objects)])

    def _objects(self, traffic: Traffic) -> Amount:
        """One object per batch of a stream; one per message of a queue, which redelivers messages alone."""
        rate = traffic.messages if self._of_messages else traffic.batches
        return Amount(per_second=rate, size=traffic.readings / rate * READING_BYTES if rate else 0.0)


def build_store(site: StoreSite) -> ProcessedBucket | None:
    return ProcessedBucket(site) if site.context.config.processed.enabled else None
