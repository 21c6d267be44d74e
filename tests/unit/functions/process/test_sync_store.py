"""Readings of a request judged and stored while the caller waits: all of them, or none is told."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.readings.rejects import Reason
from lambda_src.common.runtime_config import ConfigSource
from lambda_src.common.telemetry import Counters
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.stores.runs import RunStore
from lambda_src.processor.stores.timestream import TimestreamStore
from lambda_src.processor.stores.timestream_multi import MultiMeasureTimestreamStore
from lambda_src.processor.sync_store import SyncStore
from lambda_src.processor.wiring import Judges
from tests.unit.functions.factories import IN_TURN, NOW_MS, deadline, payload, record
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import FakeStore, FakeTimestream, client_error
from tests.unit.functions.http_events import content, error_code
from tests.unit.functions.ingest.plant import Plant
from tests.unit.functions.plant import Plant as Processor

THREE = [payload(value=float(n), timestamp=NOW_MS - n) for n in range(3)]


def plant(*stores):
    counters = Counters(namespace="IoT/Test", service="process-api", environment="test")
    config = ConfigSource("", service="process-api", counters=counters)
    return Plant(step=SyncStore(Judges({"temperature": Threshold(max=100, critical_max=120)}, config), stores, IN_TURN))


def test_the_answer_has_a_verdict_for_each_reading():
    answer = plant(FakeStore()).post([payload(value=25.5), payload(value=266, unit="F", sensor_id="d2")])

    assert answer["statusCode"] == 200
    assert content(answer)["readings"] == [
        {
            "position": 0,
            "device_id": "press-1",
            "sensor_type": "temperature",
            "timestamp_ms": NOW_MS,
            "value": 25.5,
            "celsius": 25.5,
            "fahrenheit": 77.9,
            "is_anomaly": False,
            "severity": "normal",
            "reason": None,
        },
        {
            "position": 1,
            "device_id": "d2",
            "sensor_type": "temperature",
            "timestamp_ms": NOW_MS,
            "value": 266.0,
            "unit": "F",
            "celsius": 130.0,
            "fahrenheit": 266.0,
            "is_anomaly": True,
            "severity": "critical",
            "reason": "temperature 266 F, 130 C, is above 120",
        },
    ]


def test_what_is_no_temperature_is_not_converted():
    (shown,) = content(plant(FakeStore()).post(payload(sensor_type="humidity")))["readings"]

    assert shown.keys().isdisjoint({"celsius", "fahrenheit", "unit"})


def test_every_store_has_it_before_it_is_handed_on():
    first, second = FakeStore(), FakeStore()
    entrypoint = plant(first, second)

    entrypoint.post(THREE)

    assert sorted(first.kept.values()) == sorted(second.kept.values()) == [0.0, 1.0, 2.0]
    assert sorted(found.value for found in entrypoint.sent()) == [0.0, 1.0, 2.0]


def test_readings_a_store_refuses_are_rejected_and_not_sent():
    store = FakeStore()
    store.refusing = {1.0: Reason.REJECTED_BY_TIMESTREAM}
    entrypoint = plant(store)

    said = content(entrypoint.post(THREE))

    assert said["accepted"] == 2
    assert [item["position"] for item in said["readings"]] == [0, 2]
    assert said["rejected"] == [{"position": 1, "reason": "rejected_by_timestream", "detail": "no"}]
    assert sorted(found.value for found in entrypoint.sent()) == [0.0, 2.0]


def test_another_value_than_the_stored_one_is_a_conflict():
    service: Any = FakeTimestream()
    entrypoint = plant(TimestreamStore(service, "iot", "readings", IN_TURN))
    entrypoint.post(payload(value=1))

    answer = entrypoint.post(payload(value=2))

    assert (answer["statusCode"], error_code(answer)) == (400, "no_valid_reading")
    assert content(answer)["rejected"][0]["reason"] == "conflict"
    assert [found.value for found in entrypoint.sent()] == [1.0]


def test_a_value_that_the_table_cannot_hold_is_rejected():
    service: Any = FakeDynamo()
    entrypoint = plant(RunStore(service, "readings", IN_TURN, kept_days=30, now_ms=lambda: NOW_MS))

    said = content(entrypoint.post([payload(value=1e200), payload(timestamp=NOW_MS - 1)]))

    assert [(item["position"], item["reason"]) for item in said["rejected"]] == [(0, "rejected_by_dynamodb")]
    assert said["accepted"] == 1


def test_a_partly_failing_store_is_503_without_verdicts():
    store = FakeStore()
    store.failing = {1.0}
    entrypoint = plant(store)

    answer = entrypoint.post(THREE)

    assert (answer["statusCode"], error_code(answer)) == (503, "try_again")
    assert answer["headers"]["Retry-After"] == "1"
    assert content(answer).keys() == {"error"}
    assert entrypoint.sent() == []


@pytest.mark.parametrize("key", [None, "k"])
def test_a_repetition_after_a_failure_completes_it(key):
    store = FakeStore()
    store.failing = {1.0}
    entrypoint = plant(store)
    entrypoint.post(THREE, key=key)
    store.failing = set()

    answer = entrypoint.post(THREE, key=key, arrived_ms=NOW_MS + 5000)

    assert (answer["statusCode"], content(answer)["accepted"]) == (200, 3)
    assert sorted(store.kept.values()) == [0.0, 1.0, 2.0]
    assert len(entrypoint.sent()) == 3


def test_an_interrupted_request_keeps_the_identity_of_timeless_readings():
    store = FakeStore()
    entrypoint = plant(store)
    entrypoint.kinesis.script = [client_error("AccessDenied", 403)]
    untimed = payload(timestamp=...)
    with pytest.raises(ClientError, match="AccessDenied"):
        entrypoint.post(untimed, key="k")

    entrypoint.post(untimed, key="k", arrived_ms=NOW_MS + 5000)

    assert [identity.timestamp_ms for identity in store.kept] == [NOW_MS]
    assert [found.timestamp_ms for found in entrypoint.sent()] == [NOW_MS]


@pytest.mark.parametrize("kind", [TimestreamStore, MultiMeasureTimestreamStore])
def test_what_comes_through_the_transport_afterwards_is_what_is_stored(kind):
    service: Any = FakeTimestream()
    store = kind(service, "iot", "readings", IN_TURN)
    entrypoint = plant(store)
    measures = {"temperature": 20, "humidity": 40, "pressure": 1.5}
    entrypoint.post([{"device_id": f"d{n}", "timestamp": NOW_MS - 1, "sensor_data": measures} for n in range(3)])
    before = dict(service.rows)

    processor = Processor(store=store)
    report = processor.deliver([record(data, number) for number, (_, data) in enumerate(entrypoint.kinesis.records)])

    assert report.counts["ReadingsProcessed"] == 9
    assert processor.quarantined() == []
    assert service.rows == before


def test_the_stores_leave_time_for_the_transport():
    class Slow(FakeStore):
        def write(self, entries, left):
            assert left.remaining() < deadline(remaining_ms=60_000).remaining()
            return super().write(entries, left)

    assert plant(Slow()).post(payload())["statusCode"] == 200
