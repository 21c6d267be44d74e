"""The processor from its event to its answer, on moto."""

from __future__ import annotations

import gzip
import json
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.common.settings import SettingsError
from lambda_src.common.thresholds import Threshold
from lambda_src.processor.handler import handle
from lambda_src.processor.kinesis import respond
from lambda_src.processor.settings import ProcessorSettings
from tests.unit.functions.alerting import AlertPlant
from tests.unit.functions.factories import body, kinesis_event, lambda_context, records, series
from tests.unit.functions.fakes import client_error

REGION: Any = {"LocationConstraint": "eu-central-1"}


@pytest.fixture
def plant(aws, deployed, monkeypatch):
    """All parts of a deployment, and the environment that names them."""
    deployed(thresholds={"temperature": Threshold(max=100)})
    for bucket in ("processed", "quarantine"):
        clients.s3().create_bucket(Bucket=bucket, CreateBucketConfiguration=REGION)
    clients.timestream_write().create_database(DatabaseName="iot")
    clients.timestream_write().create_table(DatabaseName="iot", TableName="readings")
    # moto's PartiQL has no parameters.
    db = AlertPlant().db
    monkeypatch.setattr(clients, "dynamodb", cache(lambda: db))
    settings = ProcessorSettings(
        environment_suffix="test",
        quarantine_bucket="quarantine",
        processed_bucket="processed",
        timestream_database="iot",
        timestream_table="readings",
        alerts_table="alerts",
        alerts_topic_arn=clients.sns().create_topic(Name="alerts")["TopicArn"],
        alert_signing_secret_arn=clients.secretsmanager().create_secret(Name="signing")["ARN"],
    )
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    return settings


def _objects(bucket):
    listed = clients.s3().list_objects_v2(Bucket=bucket).get("Contents", [])
    bodies = [clients.s3().get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in listed]
    texts = [gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data for data in bodies]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def _metrics(text):
    found = [json.loads(line) for line in text.splitlines() if '"_aws"' in line]
    assert len(found) == 1
    return found[0]


def test_a_batch_reaches_every_store(plant, capsys):
    batch = records(*series(3), b"poison", body(value=130.0, sensor_id="press-2"))

    answer = handle(kinesis_event(batch), lambda_context())

    assert answer == {"batchItemFailures": []}
    assert sorted(line["value"] for line in _objects("processed")) == [0.0, 1.0, 2.0, 130.0]
    assert [line["reason"] for line in _objects("quarantine")] == ["invalid_json"]
    alerts: Any = clients.dynamodb()
    (item,) = alerts.items("alerts")
    assert (item["sensor"]["S"], item["pending"]) == ("press-2#temperature", {"L": []})
    output = capsys.readouterr().out
    metrics = _metrics(output)
    assert (metrics["Environment"], metrics["service"]) == ("test", "processor")
    assert {name: value[0] for name, value in metrics.items() if isinstance(value, list)} == {
        "ReadingsProcessed": 4,
        "ReadingsQuarantined": 1,
        "DuplicateReadings": 0,
        "SensorOutages": 0,
        "AnomaliesDetected": 1,
        "AlertsPublished": 1,
        "UnsignedAlerts": 1,
        "LateAnomalies": 0,
        "RecordsFailed": 0,
    }
    assert "unsigned" in output
    assert "poison" not in output


def test_the_first_record_that_is_not_done_is_reported(plant, monkeypatch):
    batch = records(*series(250))
    calls = []

    def write(**request):
        calls.append(request)
        if len(calls) == 2:
            raise client_error("ThrottlingException")

    monkeypatch.setattr(clients.timestream_write(), "write_records", write)

    answer = handle(kinesis_event(batch), lambda_context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": batch[100].sequence_number}]}
    assert len(_objects("processed")) == 100


def test_a_failed_alert_reports_the_first_record_the_retry_completes(plant, monkeypatch):
    monkeypatch.setattr("lambda_src.common.aws.retry.time.sleep", lambda _seconds: None)
    batch = records(*series(2), body(value=130.0, sensor_id="press-2"))
    publish = clients.sns().publish_batch

    def fail(**_request):
        raise client_error("InternalError", 500)

    monkeypatch.setattr(clients.sns(), "publish_batch", fail)
    first = handle(kinesis_event(batch), lambda_context())
    monkeypatch.setattr(clients.sns(), "publish_batch", publish)
    second = handle(kinesis_event(batch), lambda_context())

    assert first == {"batchItemFailures": [{"itemIdentifier": batch[0].sequence_number}]}
    assert second == {"batchItemFailures": []}
    assert len(_objects("processed")) == 3


@pytest.mark.parametrize(
    ("client", "operation"),
    [("timestream_write", "write_records"), ("s3", "put_object"), ("dynamodb", "batch_execute_statement")],
)
def test_a_missing_permission_is_raised(plant, monkeypatch, client, operation):
    def deny(**_request):
        raise client_error("AccessDeniedException", 403)

    monkeypatch.setattr(getattr(clients, client)(), operation, deny)

    with pytest.raises(ClientError, match="AccessDenied"):
        handle(kinesis_event(records(body(value=130.0))), lambda_context())


def test_a_missing_table_is_raised(plant, monkeypatch):
    monkeypatch.setenv("TIMESTREAM_TABLE", "none")

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        handle(kinesis_event(records(body())), lambda_context())


def test_when_time_runs_out_the_rest_is_reported(plant):
    batch = records(*series(500, sensor_type="humidity"))

    answer = handle(kinesis_event(batch), lambda_context(remaining_ms=38_000, step_ms=5000))

    reported = answer["batchItemFailures"][0]["itemIdentifier"]
    assert reported in {batch[n].sequence_number for n in range(100, 500, 100)}
    index = next(n for n, item in enumerate(batch) if item.sequence_number == reported)
    assert len(_objects("processed")) == index


def test_a_deployment_without_optional_parts_still_archives_and_quarantines(plant, monkeypatch):
    for name in ("TIMESTREAM_TABLE", "ALERTS_TOPIC_ARN", "PROCESSED_BUCKET"):
        monkeypatch.delenv(name)

    assert handle(kinesis_event(records(body(), b"x")), lambda_context()) == {"batchItemFailures": []}
    assert len(_objects("quarantine")) == 1
    assert _objects("processed") == []


def test_a_topic_without_its_table_is_a_deployment_fault(plant, monkeypatch):
    monkeypatch.setenv("ALERTS_TABLE", "")

    with pytest.raises(SettingsError, match="ALERTS_TABLE"):
        handle(kinesis_event(records(body())), lambda_context())


def test_a_checkpoint_names_the_record_a_finished_batch_names_none():
    batch = records(b"a", b"b")

    assert respond(batch, 1) == {"batchItemFailures": [{"itemIdentifier": batch[1].sequence_number}]}
    assert respond(batch, 2) == {"batchItemFailures": []}
    assert respond([], 0) == {"batchItemFailures": []}


def test_settings_come_back_from_the_environment_as_they_were(plant):
    assert ProcessorSettings.from_env() == plant
