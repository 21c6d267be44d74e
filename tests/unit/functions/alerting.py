"""The alerts of several containers on one table in memory, and a fake topic. Only tests move the clock."""

from __future__ import annotations

from typing import Any

from lambda_src.common.alerting.publisher import Publisher
from lambda_src.processor.alerts.alerts import EpisodeAlerts
from lambda_src.processor.alerts.table import INDEX, EpisodeTable
from tests.model.services.dynamodb import Index, MemoryDynamoDB, Table
from tests.unit.functions.factories import NOW_MS

QUIET_S = 900
QUIET_MS = QUIET_S * 1000
TABLE = "alerts"
SENSOR = "press-1#temperature"


class AlertPlant:
    """The table, which ``db`` serves, and containers that remember nothing at first."""

    def __init__(self) -> None:
        index = Index("look_bucket", "look_after_ms", keys_only=True)
        self.db = MemoryDynamoDB({TABLE: Table("sensor", indexes={INDEX: index})})
        self.now_ms = NOW_MS

    def container(self, sns: Any, signer: Any = None) -> EpisodeAlerts:
        client: Any = self.db
        table = EpisodeTable(client, TABLE, lambda: self.now_ms, quiet_ms=QUIET_MS)
        publisher = Publisher(sns, "arn:aws:sns:eu-central-1:123456789012:alerts", signer)
        return EpisodeAlerts(table, publisher, quiet_seconds=QUIET_S, environment="test")

    def item(self, sensor: str = SENSOR) -> Any:
        return self.db.tables[TABLE].items[(sensor,)]


def opened(*starts: int, sensor: str = SENSOR) -> list[str]:
    return [f"{sensor}#{start}#opened" for start in starts]
