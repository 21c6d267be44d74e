"""A plant on a virtual clock: devices, the processor's states, presence every minute, and the metrics of both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lambda_src.common.alerting.publisher import Publisher
from lambda_src.common.device_index import INDEX
from lambda_src.presence.progress import Progress, StreamSource
from lambda_src.presence.silence import Patience
from lambda_src.presence.states import DeviceStates
from lambda_src.presence.watch import Watch
from lambda_src.processor.stores.device_table import DeviceTable
from lambda_src.processor.stores.devices import DeviceStore
from tests.model.services.dynamodb import Index, MemoryDynamoDB, Table
from tests.unit.functions.factories import NOW_MS, deadline, entry
from tests.unit.functions.fakes import FakeSNS

SECOND, MINUTE = 1000, 60_000
START = NOW_MS // MINUTE * MINUTE
METRICS_LATE = 3 * MINUTE


class PresencePlant:
    """Messages wait in a stream while ``running`` is False. Time is in milliseconds since `START`."""

    def __init__(self) -> None:
        self.db: Any = MemoryDynamoDB(
            {"devices": Table("device_id", indexes={INDEX: Index("status_bucket", "heard_ms")})}
        )
        self.sns: Any = FakeSNS()
        self.running = True
        self._waiting: list[tuple[int, Any]] = []
        self._incoming: dict[int, float] = {}
        self._ages: dict[int, float] = {}
        self._now = 0
        self._store = self._processor(live=True)

    def send(self, at: int, device: str, *taken_at: int) -> None:
        """A message that arrives at ``at`` with a reading of each of these times, by the device's own clock."""
        minute = at // MINUTE * MINUTE
        self._incoming[minute] = self._incoming.get(minute, 0) + 1
        readings = [
            entry(device_id=device, timestamp_ms=START + time, arrived_ms=START + at) for time in taken_at or (at,)
        ]
        self._waiting.append((at, readings))

    def replay(self, *entries: Any) -> None:
        self._processor(live=False).write(entries, deadline())

    def run(
        self, until: int, *, messages: dict[int, list[tuple[Any, ...]]] | None = None, step: int = 10 * SECOND
    ) -> None:
        """Let time pass: messages arrive and are processed, and presence looks once a minute."""
        waiting = sorted((messages or {}).items())
        while self._now < until:
            self._now += step
            while waiting and waiting[0][0] <= self._now:
                at, sent = waiting.pop(0)
                for device, *taken_at in sent:
                    self.send(at, device, *taken_at)
            self._process()
            if self._now % MINUTE == 0:
                self._watch()

    def offline(self) -> list[str]:
        """Devices with an alert, one name per alert."""
        return sorted(message["device_id"] for message in self.sns.messages)

    def _process(self) -> None:
        if not self.running or not self._waiting:
            return
        minute = self._now // MINUTE * MINUTE
        oldest = self._now - min(at for at, _ in self._waiting)
        self._ages[minute] = max(self._ages.get(minute, 0), oldest)
        batch = [reading for _, readings in self._waiting for reading in readings]
        assert list(self._store.write(batch, deadline()).failed) == []
        self._waiting = []

    def _watch(self) -> None:
        states = DeviceStates(self.db, "devices")
        progress = Progress(self._metrics(), StreamSource("iot", "processor"), (), fresh_ms=4 * MINUTE)
        Watch(
            states,
            Publisher(self.sns, "arn:topic", None),
            Patience(5, 5 * MINUTE),
            progress,
            settle_ms=2 * MINUTE,
            environment="test",
            now_ms=lambda: START + self._now,
        ).run(deadline())

    def _processor(self, *, live: bool) -> DeviceStore:
        return DeviceStore(DeviceTable(self.db, "devices"), every_seconds=60, ordered=live, live=live)

    def _metrics(self) -> Any:
        plant = self

        class Metrics:
            def get_metric_data(self, **request: Any) -> Any:
                series = {"age": plant._ages, "incoming": plant._incoming}
                results = []
                for query in request["MetricDataQueries"]:
                    points = {m: v for m, v in series[query["Id"]].items() if m + METRICS_LATE <= plant._now}
                    times = [datetime.fromtimestamp((START + m) / 1000, UTC) for m in points]
                    results.append({"Id": query["Id"], "Timestamps": times, "Values": list(points.values())})
                return {"MetricDataResults": results}

        return Metrics()
