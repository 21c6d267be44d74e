"""Anomalies in S3 at once, for readers that cannot wait for a query over the whole archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.aws import clients
from lambda_src.common.aws.workers import workers
from lambda_src.common.clock import now_ms
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.settings import ArchiveStoreSettings
from lambda_src.processor.stores.store import StoreKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.processor.record import Entry


class AnomalyStore(ProcessedStore):
    """The lines of the processed archive, for anomalies alone: one object per batch, whatever the number of devices, so
    that an event of the whole plant costs no more calls than one machine's.
    """

    prefix = "anomalies"

    def choose(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        return [entry for entry in entries if entry.verdict.is_anomaly]


def _open(settings: ArchiveStoreSettings, ordered: bool) -> AnomalyStore | None:
    if not settings.anomalies_bucket:
        return None
    return AnomalyStore(clients.s3(), settings.anomalies_bucket, workers(), now_ms, ordered=ordered)


KIND = StoreKind(settings=ArchiveStoreSettings, open=_open, follows=True, order=1)
