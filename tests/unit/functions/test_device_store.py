"""The table of devices: written seldom, in few calls, and no failure is swallowed."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lambda_src.processor.judge import ThresholdJudge
from lambda_src.processor.stores import devices as module
from tests.unit.functions.device_table import at, container, hot_at, seen, status, take
from tests.unit.functions.factories import NOW_MS, deadline, records, series
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import client_error
from tests.unit.functions.plant import Plant


def test_a_device_is_one_item_with_names_that_explain_themselves():
    fake = FakeDynamo()

    take(container(fake), at(0, value=1.5), hot_at(1000, sensor_type="vibration", value=9.0))

    assert fake.device() == {
        "device_id": {"S": "press-1"},
        "status": {"S": "ANOMALY"},
        "last_seen_ms": {"N": str(NOW_MS + 1000)},
        "interval_ms": {"N": "1000"},
        "sensors": {
            "M": {
                "temperature": {
                    "M": {"value": {"N": "1.5"}, "timestamp_ms": {"N": str(NOW_MS)}, "severity": {"S": "normal"}}
                },
                "vibration": {
                    "M": {
                        "value": {"N": "9.0"},
                        "timestamp_ms": {"N": str(NOW_MS + 1000)},
                        "severity": {"S": "warning"},
                    }
                },
            }
        },
        "production_line": {"S": "line-1"},
        "updated_ms": {"N": str(NOW_MS + 1000)},
        "heard_ms": {"N": str(NOW_MS + 1000)},
        "rhythm_ms": {"N": "0"},
        "status_bucket": {"S": "ANOMALY#04"},
    }


def test_while_nothing_changes_a_device_is_written_once_a_minute():
    fake = FakeDynamo()
    store = container(fake)

    for second in range(181):
        take(store, at(second * 1000))

    # A second time when its rhythm is not known yet, and then no more.
    assert fake.calls.count("batch_get_item") == 2
    assert fake.calls.count("batch_execute_statement") == 1 + 3
    assert seen(fake) > 120_000


def test_behind_a_queue_a_device_is_written_with_every_batch():
    fake = FakeDynamo()
    store = container(fake, ordered=False)

    for second in range(10):
        take(store, at(second * 1000), at(second * 1000 + 1))

    assert fake.calls.count("batch_execute_statement") == 10


def test_a_state_that_release_0_3_wrote_continues():
    fake = FakeDynamo()
    take(container(fake), at(0), at(1000))
    for name in ("heard_ms", "rhythm_ms", "status_bucket"):
        del fake.device()[name]

    take(container(fake), hot_at(2000))

    assert (status(fake), fake.device()["heard_ms"]) == ("ANOMALY", {"N": str(NOW_MS + 2000)})
    assert fake.device()["rhythm_ms"] == {"N": "1000"}


def test_a_change_of_status_is_written_at_once():
    fake = FakeDynamo()
    store = container(fake)

    take(store, at(0))
    take(store, hot_at(1))
    after_fault = status(fake)
    take(store, at(2))

    assert (after_fault, status(fake)) == ("ANOMALY", "NORMAL")


def test_a_fleet_is_read_by_100_and_written_by_25():
    fake = FakeDynamo()

    take(container(fake), *(at(n, device_id=f"press-{n}") for n in range(230)))

    assert fake.calls.count("batch_get_item") == 3
    assert fake.sizes == [25] * 9 + [5]
    assert len(fake.items) == 230


@pytest.mark.parametrize("code", ["ProvisionedThroughputExceeded", "ThrottlingError", "InternalServerError"])
def test_failed_statements_are_sent_again_alone(code):
    fake = FakeDynamo({1: code})

    take(container(fake), *(at(n, device_id=f"press-{n}") for n in range(3)))

    assert fake.sizes == [3, 1]
    assert len(fake.items) == 3


def test_a_device_that_failed_is_reported_and_written_on_redelivery():
    fake = FakeDynamo({1: "ThrottlingError"}, *[{0: "ThrottlingError"}] * 4)
    store = container(fake)
    batch = [at(n, device_id=f"press-{n % 3}") for n in range(6)]

    outcome = store.write(batch, deadline())
    take(store, *batch)

    assert outcome.failed == [batch[1], batch[4]]
    assert seen(fake, "press-1") == 4


def test_a_status_that_failed_redelivers_the_whole_batch():
    fake = FakeDynamo(*[client_error("ThrottlingException")] * 5)
    plant = Plant()
    plant.parts = plant.parts._replace(followers=[container(fake)], judge=ThresholdJudge({}))
    batch = records(*series(3))

    report = plant.deliver(batch)
    again = plant.deliver(batch)

    assert (report.checkpoint, again.checkpoint) == (0, 3)
    assert report.delayed_by == "DeviceStore could not store it"
    assert status(fake) == "NORMAL"


@pytest.mark.parametrize("code", ["AccessDenied", "ResourceNotFound", "ValidationError"])
def test_what_only_a_deployment_mends_is_raised(code):
    with pytest.raises(ClientError, match=code):
        container(FakeDynamo({0: code})).write([at(0)], deadline())
    with pytest.raises(ClientError, match=code):
        container(FakeDynamo(client_error(code))).write([at(0)], deadline())


def test_without_time_nothing_is_sent_and_everything_fails():
    fake = FakeDynamo()

    outcome = container(fake).write([at(0)], deadline(remaining_ms=0))

    assert list(outcome.failed) == [at(0)]
    assert fake.calls == []


def test_a_forgotten_device_is_asked_for_again(monkeypatch):
    monkeypatch.setattr(module, "KNOWN_DEVICES", 2)
    fake = FakeDynamo()
    store = container(fake)
    for device in ("press-1", "press-2", "press-3"):
        take(store, at(0, device_id=device), at(1, device_id=device))

    take(store, at(2, device_id="press-3"))
    reads = fake.calls.count("batch_get_item")
    take(store, hot_at(2, device_id="press-1"))

    assert (reads, fake.calls.count("batch_get_item")) == (3, 4)
    assert status(fake) == "ANOMALY"
