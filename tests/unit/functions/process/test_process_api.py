"""``POST /process`` from its event to its answer, on moto, and what the processor makes of it afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambda_src.common.aws import clients
from lambda_src.common.settings import SettingsError
from lambda_src.common.thresholds import Threshold
from lambda_src.processor import handler as processor
from lambda_src.processor.process_api import handle
from lambda_src.processor.process_settings import ProcessApiSettings
from lambda_src.processor.settings import ProcessorSettings
from tests.support.stored_runs import readings_between
from tests.unit.functions.factories import NOW_MS, QUEUE_ARN, body, lambda_context, payload
from tests.unit.functions.fakes import client_error
from tests.unit.functions.http_events import content, error_code, http_event

TABLES = {"raw": ("device_id", "received"), "requests": ("request",), "readings": ("device_id", "run")}
EXAMPLE = {"device_id": "press-1", "sensor_data": {"temperature": 25.5}}
LIMITS = {"temperature": Threshold(max=100)}


def configure(monkeypatch, settings):
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def deployment(aws, deployed, monkeypatch):
    """The tables and the queue, and the settings that name them."""
    deployed(thresholds=LIMITS)
    create: Any = clients.dynamodb().create_table
    for name, keys in TABLES.items():
        create(
            TableName=name,
            KeySchema=[
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            BillingMode="PAY_PER_REQUEST",
        )
    found = ProcessApiSettings(
        environment_suffix="test",
        readings_table="readings",
        # What these tests send arrived in 2025, and the table does not take what would expire at once.
        readings_days=36_500,
        queue_url=clients.sqs().create_queue(QueueName="iot")["QueueUrl"],
        raw_table="raw",
        requests_table="requests",
    )
    configure(monkeypatch, found)
    return found


def post(message, **changes):
    text = message if isinstance(message, str | bytes) else json.dumps(message)
    return handle(http_event("POST", "/process", body=text, **changes), lambda_context())


def stored(device="press-1"):
    items = [
        item for item in clients.dynamodb().scan(TableName="readings")["Items"] if item["device_id"]["S"] == device
    ]
    return readings_between(items, 0, NOW_MS + 10_000)


def queued(deployment):
    """What is in the queue, as its mapping hands it to the processor."""
    asked = {"QueueUrl": deployment.queue_url, "MaxNumberOfMessages": 10}
    found = clients.sqs().receive_message(**asked, MessageSystemAttributeNames=["All"]).get("Messages", [])
    return {
        "Records": [
            {
                "messageId": item["MessageId"],
                "body": item["Body"],
                "attributes": item["Attributes"],
                "eventSource": "aws:sqs",
                "eventSourceARN": QUEUE_ARN,
            }
            for item in found
        ]
    }


def counts(output):
    (line,) = [json.loads(text) for text in output.splitlines() if '"_aws"' in text]
    assert (line["Environment"], line["service"]) == ("test", "process-api")
    return {name: value[0] for name, value in line.items() if isinstance(value, list)}


def test_the_documented_example_is_judged_stored_and_handed_on(deployment, capsys):
    answer = post(EXAMPLE)

    assert answer["statusCode"] == 200
    (shown,) = content(answer)["readings"]
    assert (shown["value"], shown["celsius"], shown["is_anomaly"]) == (25.5, 25.5, False)
    assert [(found.timestamp_ms, found.value) for found in stored()] == [(NOW_MS, 25.5)]
    assert len(queued(deployment)["Records"]) == 1
    assert clients.dynamodb().scan(TableName="raw")["Count"] == 1
    names = ("RequestsAccepted", "RequestsRefused", "ReadingsAccepted", "ReadingsRefused", "RequestsRepeated")
    assert counts(capsys.readouterr().out) == dict(zip(names, (1, 0, 1, 0, 0), strict=True))


def test_the_processor_after_process_changes_nothing_and_archives_once(deployment, monkeypatch):
    for bucket in ("quarantine", "processed"):
        location: Any = {"LocationConstraint": "eu-central-1"}
        clients.s3().create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
    behind = ProcessorSettings(
        environment_suffix="test",
        quarantine_bucket="quarantine",
        processed_bucket="processed",
        readings_table="readings",
        readings_days=36_500,
    )
    configure(monkeypatch, behind)
    post([payload(value=20.0 + n, timestamp=NOW_MS - n) for n in range(50)] + [payload(value=120, sensor_id="d2")])
    before = [(found.identity, found.value, found.is_anomaly) for found in stored()]

    event = queued(deployment)
    answers = [processor.handle(event, lambda_context()) for _ in range(2)]

    assert answers == [{"batchItemFailures": []}] * 2
    assert [(found.identity, found.value, found.is_anomaly) for found in stored()] == before
    assert [found.is_anomaly for found in stored("d2")] == [True]
    assert len(clients.s3().list_objects_v2(Bucket="processed")["Contents"]) == 2


def test_a_repetition_is_answered_with_the_same_and_queues_nothing(deployment):
    first = post(EXAMPLE, headers={"Idempotency-Key": "k"})

    second = post(EXAMPLE, headers={"Idempotency-Key": "k"}, arrived_ms=NOW_MS + 5000)

    assert (second["statusCode"], second["body"]) == (200, first["body"])
    assert len(stored()) == 1
    assert len(queued(deployment)["Records"]) == 1


def test_a_throttled_store_is_503_and_nothing_is_queued(deployment, monkeypatch, capsys):
    write = clients.dynamodb().batch_write_item

    def throttle(**request):
        if "readings" in request["RequestItems"]:
            raise client_error("ThrottlingException")
        return write(**request)

    monkeypatch.setattr(clients.dynamodb(), "batch_write_item", throttle)
    answer = post(EXAMPLE)

    assert (answer["statusCode"], error_code(answer)) == (503, "try_again")
    assert answer["headers"]["Retry-After"] == "1"
    assert queued(deployment)["Records"] == []
    assert counts(capsys.readouterr().out)["RequestsRefused"] == 1


def test_the_runtime_configurations_thresholds_judge(deployment, monkeypatch):
    text = '{"thresholds": {"temperature": {"max": 20}}}'
    clients.ssm().put_parameter(Name="/config", Value=text, Type="String")  # type: ignore[attr-defined]  # for tests
    monkeypatch.setenv("CONFIG_PARAMETER", "/config")

    assert content(post(EXAMPLE))["readings"][0]["reason"] == "temperature 25.5 is above 20"


def test_a_missing_permission_is_raised(deployment, monkeypatch):
    def deny(**_request):
        raise client_error("AccessDeniedException", 403)

    monkeypatch.setattr(clients.dynamodb(), "batch_write_item", deny)

    with pytest.raises(ClientError, match="AccessDenied"):
        post(EXAMPLE)


@pytest.mark.parametrize("transport", [{"QUEUE_URL": ""}, {"STREAM_NAME": "iot"}])
def test_a_deployment_has_exactly_one_transport(deployment, monkeypatch, transport):
    for name, value in transport.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match="STREAM_NAME and QUEUE_URL"):
        post(EXAMPLE)


def test_settings_come_back_from_the_environment_as_they_were(deployment):
    assert ProcessApiSettings.from_env() == deployment


@given(st.binary(max_size=80) | st.just(body()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_the_function_answers_whatever_is_sent(deployment, data):
    assert post(data)["statusCode"] in {200, 400}
