"""A processor behind a queue, on fakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.thresholds import Threshold
from lambda_src.processor.alerts.alerts import AlertCounts, Announced
from lambda_src.processor.judge import ThresholdJudge
from lambda_src.processor.stores.anomalies import AnomalyStore
from lambda_src.processor.stores.processed import ProcessedStore
from tests.unit.functions.factories import IN_TURN, NOW_MS, body, messages, series
from tests.unit.functions.fakes import FakeS3, client_error
from tests.unit.functions.plant import POISON, Plant

if TYPE_CHECKING:
    from collections.abc import Callable

SLOW_DOWN = client_error("SlowDown", 503)


class Bucket(FakeS3):
    """Fails for the objects with such keys as ``away`` says."""

    def __init__(self) -> None:
        super().__init__()
        self.away: Callable[[str], bool] = lambda _key: False

    def put_object(self, **request):
        if self.away(request["Key"]):
            raise SLOW_DOWN
        super().put_object(**request)


class FakeAlerts:
    def __init__(self) -> None:
        self.away = False
        self.said: list[float] = []

    def announce(self, entries, _deadline):
        anomalies = [entry for entry in entries if entry.verdict.is_anomaly]
        if self.away and anomalies:
            return Announced(failed=anomalies)
        self.said += [entry.reading.value for entry in anomalies]
        return Announced(AlertCounts(len(anomalies)))


class Queue(Plant):
    """A plant behind a queue; what is above 100 is an anomaly."""

    def __init__(self):
        super().__init__(Bucket())
        self.alerts = FakeAlerts()
        alerts: Any = self.alerts
        now = self.parts.now_ms
        self.parts = self.parts._replace(
            judge=ThresholdJudge({"temperature": Threshold(max=100)}),
            followers=[
                ProcessedStore(self.s3, "processed", IN_TURN, now, ordered=False),
                AnomalyStore(self.s3, "anomalies", IN_TURN, now, ordered=False),
            ],
            alerts=alerts,
            ordered=False,
        )

    def anomalies(self):
        return [line["value"] for line in self.s3.lines("anomalies")]


def batch_of(count=10, poison=()):
    return messages(*(POISON if n in poison else data for n, data in enumerate(series(count))))


def hot(value):
    return body(value=value, timestamp=NOW_MS - value)
