"""The processor of a deployment whose stores are in DynamoDB, from its event to its answer."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from lambda_src.common.aws import clients
from lambda_src.common.runs import readings_of
from lambda_src.common.settings import SettingsError
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.handler import handle, wire
from lambda_src.processor.settings import ProcessorSettings
from tests.unit.functions.factories import NOW_MS, body, kinesis_event, lambda_context, records, series
from tests.unit.functions.fake_dynamodb import FakeDynamo

SETTINGS = ProcessorSettings(
    environment_suffix="test",
    quarantine_bucket="quarantine",
    readings_table="readings",
    # The handler has the wall's clock, which is years ahead of these readings.
    readings_days=36_500,
    devices_table="devices",
    anomalies_bucket="anomalies",
)


@pytest.fixture
def dynamo(aws, deployed, monkeypatch):
    """The environment and its buckets on moto; the tables on a fake."""
    deployed(thresholds={"temperature": Threshold(max=100)})
    for bucket in ("anomalies", "quarantine"):
        clients.s3().create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)
    fake = FakeDynamo()
    monkeypatch.setattr(clients, "dynamodb", lambda: fake)
    return fake


@pytest.fixture(autouse=True)
def clients_as_they_were(monkeypatch):
    # The fixture that forgets clients runs after this one has put the factory back.
    yield
    monkeypatch.undo()


def wrapped(device, payload):
    fields = {"envelope": 1, "device": device, "arrived_ms": NOW_MS, "payload": b64encode(payload).decode()}
    return json.dumps(fields).encode()


def keys(bucket):
    return [item["Key"] for item in clients.s3().list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_a_batch_reaches_runs_states_and_anomalies(dynamo):
    batch = records(*series(3), wrapped("press-2", body(sensor_id="press-2", value=130.0)), wrapped("press-3", b"?"))

    answer = handle(kinesis_event(batch), lambda_context())

    assert answer == {"batchItemFailures": []}
    runs = [item for key, item in dynamo.items.items() if len(key) == 2]
    assert sorted(reading.value for item in runs for reading in readings_of(item)) == [0.0, 1.0, 2.0, 130.0]
    assert (dynamo.device("press-1")["status"], dynamo.device("press-2")["status"]) == (
        {"S": "NORMAL"},
        {"S": "ANOMALY"},
    )
    assert len(keys("anomalies")) == 1
    assert len(keys("quarantine")) == 1


def test_a_run_that_is_not_taken_reports_its_first_record(dynamo):
    dynamo.script = [{0}] * 5
    batch = records(*series(3))

    assert handle(kinesis_event(batch), lambda_context()) == {
        "batchItemFailures": [{"itemIdentifier": batch[0].sequence_number}]
    }


def test_a_deployment_without_tables_has_no_such_parts(dynamo, monkeypatch):
    for name in ("READINGS_TABLE", "DEVICES_TABLE", "ANOMALIES_BUCKET"):
        monkeypatch.delenv(name)

    assert handle(kinesis_event(records(*series(3))), lambda_context()) == {"batchItemFailures": []}
    assert dynamo.calls == []


def test_states_without_runs_are_a_fault_of_the_deployment(dynamo, monkeypatch):
    monkeypatch.delenv("READINGS_TABLE")

    with pytest.raises(SettingsError, match="READINGS_TABLE"):
        wire(ordered=True)


def test_settings_come_back_from_the_environment_as_they_were(dynamo):
    assert ProcessorSettings.from_env() == SETTINGS
