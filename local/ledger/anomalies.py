"""Read the anomaly objects: lines as in the processed archive."""

from collections.abc import Mapping

import msgspec

from lambda_src.common.readings.reading import Identity
from lambda_src.common.thresholds import Threshold
from local.endpoints import Clients
from local.ledger.account import Stored
from local.ledger.expected import anomalies
from local.ledger.objects import ObjectLines
from local.ledger.once import Once
from local.ledger.processed import StoredLine
from local.ledger.stores import LedgerSources


class AnomalyReader:
    """The anomalies in S3, written at once."""

    name = "s3_anomalies"
    repeats = 0

    def __init__(self, clients: Clients, bucket: str, thresholds: Mapping[str, Threshold]) -> None:
        self._lines = ObjectLines(clients, bucket, "anomalies/")
        self._decoder = msgspec.json.Decoder(StoredLine)
        self.expected = anomalies(thresholds)

    def count(self) -> int:
        self._lines.refresh()
        return len(self._lines)

    def read(self) -> list[Stored]:
        self._lines.refresh()
        once = Once()
        readings = once.of(
            (line.arrived_ms, (Identity(line.device_id, line.sensor_type, line.timestamp_ms), line.value))
            for line in map(self._decoder.decode, self._lines)
        )
        self.repeats = once.repeats
        return readings


def open_reader(sources: LedgerSources) -> AnomalyReader | None:
    if not sources.config.archive.anomalies:
        return None
    return AnomalyReader(sources.clients, sources.outputs["raw_bucket"], sources.config.thresholds)
