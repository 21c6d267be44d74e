"""Read the anomaly objects: lines as in the processed archive."""

from collections.abc import Mapping

from lambda_src.common.thresholds import Threshold
from local.endpoints import Clients
from local.ledger.expected import anomalies
from local.ledger.processed import LineReader
from local.ledger.stores import LedgerSources


class AnomalyReader(LineReader):
    """The anomalies in S3, written at once."""

    name = "s3_anomalies"

    def __init__(self, clients: Clients, bucket: str, thresholds: Mapping[str, Threshold]) -> None:
        super().__init__(clients, bucket, "anomalies/")
        self.expected = anomalies(thresholds)


def open_reader(sources: LedgerSources) -> AnomalyReader | None:
    if not sources.config.archive.anomalies:
        return None
    return AnomalyReader(sources.clients, sources.outputs["raw_bucket"], sources.config.thresholds)
