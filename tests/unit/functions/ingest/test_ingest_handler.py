"""The ingest function from its event to its answer, on moto, with either transport."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lambda_src.common.aws import clients
from lambda_src.common.settings import SettingsError
from lambda_src.ingest_api.handler import handle
from lambda_src.ingest_api.settings import IngestSettings
from tests.unit.functions.factories import NOW_MS, body, lambda_context, payload
from tests.unit.functions.http_events import error_code, http_event
from tests.unit.functions.ingest.arrived import counts, in_queue, in_stream

TABLES = {"raw": ("device_id", "received"), "requests": ("request",)}
EXAMPLE = {"device_id": "press-1", "sensor_data": {"temperature": 25.5}}


def configure(monkeypatch, **changes):
    values = {"environment_suffix": "test", "raw_table": "raw", "requests_table": "requests"} | changes
    for name, value in IngestSettings(**values).to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def tables(aws):
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


@pytest.fixture
def queue(tables, monkeypatch):
    url = clients.sqs().create_queue(QueueName="ingest")["QueueUrl"]
    configure(monkeypatch, queue_url=url)
    return url


@pytest.fixture
def stream(tables, monkeypatch):
    clients.kinesis().create_stream(StreamName="iot", ShardCount=1)
    configure(monkeypatch, stream_name="iot")


def post(message, **changes):
    text = message if isinstance(message, str | bytes) else json.dumps(message)
    return handle(http_event(body=text, **changes), lambda_context())


def test_the_documented_example_reaches_the_queue_and_the_table(queue, capsys):
    answer = post(EXAMPLE)

    assert answer["statusCode"] == 202
    assert [(found.device_id, found.sensor_type, found.value) for found in in_queue(queue)] == [
        ("press-1", "temperature", 25.5)
    ]
    (item,) = clients.dynamodb().scan(TableName="raw")["Items"]
    assert json.loads(item["message"]["S"]) == EXAMPLE
    assert clients.dynamodb().scan(TableName="requests")["Items"] == []
    names = ("RequestsAccepted", "RequestsRefused", "ReadingsAccepted", "ReadingsRefused", "RequestsRepeated")
    assert counts(capsys.readouterr().out) == [dict(zip(names, (1, 0, 1, 0, 0), strict=True))]


def test_one_message_is_answered_with_its_device_and_time(queue):
    given = json.loads(post({**EXAMPLE, "timestamp": NOW_MS - 500})["body"])
    assert (given["message"], given["device_id"], given["timestamp"]) == (
        "accepted",
        "press-1",
        "2025-11-21T08:05:44.500Z",
    )
    assert json.loads(post(EXAMPLE)["body"])["timestamp"] == "2025-11-21T08:05:45.000Z"
    assert not {"message", "device_id", "timestamp"} & set(json.loads(post([payload()])["body"]))


def test_a_stream_gets_the_same(stream):
    assert post([payload(sensor_id=f"d{n}", unit="F") for n in range(3)])["statusCode"] == 202

    assert sorted((found.device_id, found.unit) for found in in_stream()) == [("d0", "F"), ("d1", "F"), ("d2", "F")]


def test_a_repetition_is_answered_from_the_table(queue, capsys):
    headers = {"Idempotency-Key": "k-1"}
    first = post(EXAMPLE, headers=headers)

    second = post(EXAMPLE, headers=headers, arrived_ms=NOW_MS + 5000, request_id="another")
    other = post(payload(), headers=headers)

    assert second["body"] == first["body"]
    assert (other["statusCode"], error_code(other)) == (422, "idempotency_key_reused")
    assert len(in_queue(queue)) == 1
    assert [line["RequestsRepeated"] for line in counts(capsys.readouterr().out)] == [0, 1, 0]


def test_what_is_refused_is_counted(queue, capsys):
    post("junk")
    post([payload(), 7])
    post(payload(), headers={"Content-Type": "text/plain"})

    found = [
        (line["RequestsAccepted"], line["RequestsRefused"], line["ReadingsAccepted"], line["ReadingsRefused"])
        for line in counts(capsys.readouterr().out)
    ]
    assert found == [(0, 1, 0, 1), (1, 0, 1, 1), (0, 1, 0, 0)]


def test_what_a_caller_sends_is_not_in_the_log(queue, capsys):
    post('{"confidential": ')
    post([payload(metadata={"note": "confidential"}), payload(value="confidential")])

    output = capsys.readouterr().out
    assert "_aws" in output
    assert "confidential" not in output


def test_without_a_table_of_messages_none_is_kept(queue, monkeypatch):
    configure(monkeypatch, queue_url=queue, raw_table="")

    assert post(EXAMPLE)["statusCode"] == 202

    assert clients.dynamodb().scan(TableName="raw")["Items"] == []


def test_the_runtime_configuration_lowers_the_limit(queue, monkeypatch):
    clients.ssm().put_parameter(Name="/config", Value='{"max_readings": 2}', Type="String")  # type: ignore[attr-defined]
    configure(monkeypatch, queue_url=queue, config_parameter="/config")

    refused = post([payload(timestamp=1e9 + n) for n in range(3)])

    assert (refused["statusCode"], error_code(refused)) == (413, "too_many_readings")
    assert post([payload(timestamp=1e9 + n) for n in range(2)])["statusCode"] == 202


def test_an_origin_that_may_read_the_answers_is_named(queue, monkeypatch):
    configure(monkeypatch, queue_url=queue, cors_origin="https://plant.example")

    assert post(EXAMPLE)["headers"]["Access-Control-Allow-Origin"] == "https://plant.example"
    assert post("junk")["headers"]["Access-Control-Allow-Origin"] == "https://plant.example"


@pytest.mark.parametrize(
    ("changes", "headers", "error"),
    [
        ({"raw_table": "gone"}, {}, "ResourceNotFound"),
        ({"requests_table": "gone"}, {"Idempotency-Key": "k"}, "ResourceNotFound"),
        ({"queue_url": "https://sqs.eu-central-1.amazonaws.com/123456789012/gone"}, {}, "NonExistentQueue"),
        ({"config_parameter": "/gone"}, {}, "ParameterNotFound"),
    ],
    ids=["raw", "requests", "queue", "config"],
)
def test_a_part_that_is_not_there_is_raised(queue, monkeypatch, changes, headers, error):
    configure(monkeypatch, **({"queue_url": queue} | changes))

    with pytest.raises(ClientError, match=error):
        post(EXAMPLE, headers=headers)


@pytest.mark.parametrize("transport", [{}, {"stream_name": "iot", "queue_url": "https://queue"}])
def test_a_deployment_has_exactly_one_transport(tables, monkeypatch, transport):
    configure(monkeypatch, **transport)

    with pytest.raises(SettingsError, match="STREAM_NAME and QUEUE_URL"):
        post(EXAMPLE)


def test_a_missing_setting_is_named(aws):
    with pytest.raises(SettingsError, match="ENVIRONMENT_SUFFIX"):
        post(EXAMPLE)


@given(st.binary(max_size=80) | st.just(body()), st.none() | st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_the_function_answers_whatever_is_sent(queue, data, headers):
    assert post(data, headers=headers)["statusCode"] in {202, 400, 415}
