"""Stores and their calls side by side, with real threads: the same results as one after the other, whatever fails."""

from __future__ import annotations

import random
import threading
from typing import Any, cast

import pytest

from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.aws.workers import Workers
from lambda_src.common.quarantine import Quarantine
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.judge import ThresholdJudge
from lambda_src.processor.pipeline import PipelineParts, process
from lambda_src.processor.stores.anomalies import AnomalyStore
from lambda_src.processor.stores.processed import ProcessedStore
from lambda_src.processor.stores.runs import RunStore
from lambda_src.processor.stores.timestream import TimestreamStore
from tests.support.stored_runs import readings_between
from tests.unit.functions.factories import NOW_MS, body, deadline, records
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import FakeS3, FakeTimestream, client_error
from tests.unit.functions.plant import POISON
from tests.unit.functions.queue_plant import FakeAlerts

COUNT = 1_200
"""Twelve calls to Timestream and some fifty to DynamoDB."""
CALL_MS = 30


class Uncertain:
    """Fails calls by chance, before or after they took effect, until ``left`` is used up; safe for threads."""

    def __init__(self, seed: int, left: int) -> None:
        self._draw = random.Random(seed)
        self._left = left
        self._lock = threading.Lock()

    def around(self, call, **request):
        with self._lock:
            fails = self._left > 0 and self._draw.random() < 0.3
            self._left -= fails
            lost = self._draw.random() < 0.5
            if not fails or lost:
                answer = call(**request)
        if fails:
            raise client_error("ThrottlingException")
        return answer


class Plant:
    """A processor with every store, on fakes that fail by chance."""

    def __init__(self, threads: int, seed: int = 0, failures: int = 0) -> None:
        self.timestream, self.dynamo, self.s3, self.alerts = FakeTimestream(), FakeDynamo(), FakeS3(), FakeAlerts()
        chance = Uncertain(seed, failures)
        for service, name in (
            (self.timestream, "write_records"),
            (self.dynamo, "batch_write_item"),
            (self.s3, "put_object"),
        ):
            setattr(service, name, self._uncertain(chance, getattr(service, name)))
        workers = Workers(threads)
        timestream, dynamo, s3 = (cast("Any", each) for each in (self.timestream, self.dynamo, self.s3))
        self.parts = PipelineParts(
            judge=ThresholdJudge({"temperature": Threshold(max=100)}),
            stores=[
                TimestreamStore(timestream, "database", "table", workers),
                RunStore(dynamo, "readings", workers, kept_days=30, now_ms=lambda: NOW_MS),
            ],
            followers=[
                ProcessedStore(s3, "processed", workers, lambda: NOW_MS),
                AnomalyStore(s3, "anomalies", workers, lambda: NOW_MS),
            ],
            quarantine=Quarantine(s3, "quarantine"),
            alerts=cast("Any", self.alerts),
            workers=workers,
            now_ms=lambda: NOW_MS,
        )

    @staticmethod
    def _uncertain(chance, call):
        return lambda **request: chance.around(call, **request)

    def deliver(self, batch):
        return process(batch, self.parts, deadline())

    def held(self):
        """Per store, what its readers see."""
        lines = {bucket: self.s3.lines(bucket) for bucket in ("processed", "anomalies", "quarantine")}
        found = readings_between(self.dynamo.items.values(), 0, NOW_MS * 2)
        return {
            "timestream": sorted(self.timestream.rows.items()),
            "runs": [(reading.identity, reading.value) for reading in found],
            "processed": sorted(line["timestamp_ms"] for line in lines["processed"]),
            "anomalies": sorted(line["timestamp_ms"] for line in lines["anomalies"]),
            "quarantine": sorted((line["source"]["sequence_number"], line["reason"]) for line in lines["quarantine"]),
        }


def batch_of(count=COUNT):
    bodies = [
        body(sensor_id=f"press-{n % 400}", value=float(n % 110), timestamp=NOW_MS - 60_000 + n) for n in range(count)
    ]
    bodies[7] = POISON
    bodies[11] = body(value=1e200)
    bodies[13] = body(value=5.0, sensor_type="measure_name")
    bodies[900] = body(sensor_id="press-0", value=-1.0, timestamp=NOW_MS - 60_000)
    return records(*bodies)


@pytest.fixture(scope="module")
def undisturbed():
    plant = Plant(threads=0)
    assert plant.deliver(batch_of()).checkpoint == COUNT
    return plant.held()


def test_threads_store_what_one_after_the_other_stores(undisturbed):
    plant = Plant(threads=8)

    report = plant.deliver(batch_of())

    assert plant.held() == undisturbed
    assert (report.checkpoint, report.counts["ReadingsQuarantined"]) == (COUNT, 4)


@pytest.mark.parametrize("seed", range(6))
def test_partial_failures_lost_answers_and_bisecting_lose_and_double_nothing(undisturbed, seed):
    plant, draw = Plant(threads=8, seed=seed, failures=40), random.Random(seed)
    waiting = [batch_of()]
    while waiting:
        batch = waiting.pop(0)
        report = plant.deliver(batch)
        rest = batch[report.checkpoint :]
        if report.checkpoint == 0 and len(rest) > 1 and draw.random() < 0.5:
            waiting[:0] = [rest[: len(rest) // 2], rest[len(rest) // 2 :]]
        elif rest:
            waiting.insert(0, rest)

    held = plant.held()
    # A batch that was cut after it was archived may leave a line twice: readers take each identity once.
    held |= {name: sorted(set(held[name])) for name in ("processed", "anomalies")}
    assert held == undisturbed


class Clock:
    """A clock that only calls move on; read as Lambda's remaining time."""

    def __init__(self, left_ms: int) -> None:
        self.left_ms = left_ms

    def __call__(self) -> int:
        return self.left_ms


def test_a_plant_wide_anomaly_costs_one_call_per_archive(monkeypatch):
    plant, clock, calls = Plant(threads=0), Clock(60_000), []
    put = plant.s3.put_object

    def put_object(**request):
        clock.left_ms -= CALL_MS
        calls.append(request["Key"].split("/")[0])
        put(**request)

    monkeypatch.setattr(plant.s3, "put_object", put_object)
    plant.parts = plant.parts._replace(stores=[])
    batch = records(*(body(sensor_id=f"press-{n}", value=500.0) for n in range(2_500)))

    report = process(batch, plant.parts, Deadline(clock, reserve_seconds=2))

    assert report.checkpoint == 2_500
    assert (len(plant.held()["anomalies"]), len(plant.alerts.said)) == (2_500, 2_500)
    assert sorted(calls) == ["anomalies", "processed"]
    assert clock.left_ms == 60_000 - 2 * CALL_MS


@pytest.mark.parametrize("threads", [0, 8])
@pytest.mark.parametrize("code", ["SlowDown", "AccessDenied"])
def test_an_archive_that_fails_holds_up_no_alert(threads, code, monkeypatch):
    plant = Plant(threads)

    def put_object(**_request):
        raise client_error(code, 503 if code == "SlowDown" else 403)

    monkeypatch.setattr(plant.s3, "put_object", put_object)
    batch = records(body(value=500.0))

    if code == "SlowDown":
        assert plant.deliver(batch).checkpoint == 0
    else:
        with pytest.raises(Exception, match="AccessDenied"):
            plant.deliver(batch)

    assert plant.alerts.said == [500.0]
