"""The processor behind a queue, from its event to its answer, on moto; and where its thresholds come from."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.common.thresholds import Threshold
from lambda_src.processor import handler, sqs
from lambda_src.processor.handler import handle
from lambda_src.processor.settings import ProcessorSettings
from lambda_src.processor.stores.timestream_multi import MultiMeasureTimestreamStore
from lambda_src.processor.wiring import stores_of
from tests.unit.functions.factories import (
    NOW_MS,
    QUEUE_ARN,
    body,
    kinesis_event,
    lambda_context,
    message,
    messages,
    records,
    series,
    sqs_event,
)
from tests.unit.functions.fakes import client_error

REGION: Any = {"LocationConstraint": "eu-central-1"}
SETTINGS = ProcessorSettings(
    environment_suffix="test",
    quarantine_bucket="quarantine",
    processed_bucket="processed",
    timestream_database="iot",
    timestream_table="readings",
)


@pytest.fixture
def plant(aws, deployed, monkeypatch):
    deployed(thresholds={"temperature": Threshold(max=100)})
    for bucket in ("processed", "quarantine"):
        clients.s3().create_bucket(Bucket=bucket, CreateBucketConfiguration=REGION)
    clients.timestream_write().create_database(DatabaseName="iot")
    clients.timestream_write().create_table(DatabaseName="iot", TableName="readings")
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)
    return SETTINGS


def envelope(device, *values):
    readings = [
        {"sensor_type": "temperature", "value": v, "timestamp_ms": NOW_MS - n, "arrived_ms": NOW_MS}
        for n, v in enumerate(values)
    ]
    return json.dumps({"envelope": 1, "device": device, "arrived_ms": NOW_MS, "readings": readings}).encode()


def lines(bucket):
    listed = clients.s3().list_objects_v2(Bucket=bucket).get("Contents", [])
    bodies = [clients.s3().get_object(Bucket=bucket, Key=item["Key"])["Body"].read() for item in listed]
    texts = [gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data for data in bodies]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def test_a_message_is_a_record_named_by_its_id():
    item = message(body(unit="°C"), 7)

    assert sqs.read_records(sqs_event([item])) == [item]
    assert (item.shard_id, item.partition_key, item.event_source_arn) == (sqs.SHARD, sqs.KEY, QUEUE_ARN)


def test_a_body_of_bytes_is_refused_by_the_decoder():
    event = sqs_event([message(b"x")])
    event["Records"][0]["body"] = '{"a": "\ud800"}'

    assert sqs.read_records(event)[0].data == b'{"a": "\xed\xa0\x80"}'


def test_failed_places_are_reported_by_message_id():
    batch = messages(b"a", b"b", b"c")

    assert sqs.answer(batch, [0, 2]) == {
        "batchItemFailures": [{"itemIdentifier": batch[n].sequence_number} for n in (0, 2)]
    }
    assert sqs.answer(batch, []) == {"batchItemFailures": []}


def test_a_batch_of_messages_reaches_every_store(plant, capsys):
    batch = messages(envelope("press-1", 1.0, 130.0), b"poison", *series(2, sensor_id="press-2"))

    assert handle(sqs_event(batch), lambda_context()) == {"batchItemFailures": []}
    found = [(line["device_id"], line["value"], line["is_anomaly"]) for line in lines("processed")]
    assert sorted(found) == [
        ("press-1", 1.0, False),
        ("press-1", 130.0, True),
        ("press-2", 0.0, False),
        ("press-2", 1.0, False),
    ]
    (refused,) = lines("quarantine")
    assert (refused["reason"], refused["source"]["sequence_number"]) == ("invalid_json", batch[1].sequence_number)
    assert "poison" not in capsys.readouterr().out


def test_only_the_messages_that_failed_are_reported(plant, monkeypatch):
    batch = messages(*(envelope(f"press-{n}", *range(50)) for n in range(5)))
    write = clients.timestream_write().write_records

    def throttle(**request):
        if any(record["Dimensions"][0]["Value"] == "press-2" for record in request["Records"]):
            raise client_error("ThrottlingException")
        write(**request)

    monkeypatch.setattr(clients.timestream_write(), "write_records", throttle)
    answer = handle(sqs_event(batch), lambda_context())

    # 100 readings a call: those of the third device share theirs with the fourth one's, and no others'.
    failed = [batch[n].sequence_number for n in (2, 3)]
    assert answer == {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
    assert {line["device_id"] for line in lines("processed")} == {"press-0", "press-1", "press-4"}


def test_a_missing_permission_is_raised(plant, monkeypatch):
    def deny(**_request):
        raise client_error("AccessDeniedException", 403)

    monkeypatch.setattr(clients.timestream_write(), "write_records", deny)

    with pytest.raises(ClientError, match="AccessDenied"):
        handle(sqs_event(messages(body())), lambda_context())


def test_the_runtime_configurations_thresholds_take_the_place_of_the_deployments(plant, monkeypatch):
    def put(text):
        clients.ssm().put_parameter(Name="config", Value=text, Type="String", Overwrite=True)  # type: ignore[attr-defined]  # for tests alone

    def verdict(number, value):
        handle(sqs_event([message(body(value=value, timestamp=NOW_MS - number), number)]), lambda_context())
        return {line["timestamp_ms"]: line["severity"] for line in lines("processed")}[NOW_MS - number]

    monkeypatch.setenv("CONFIG_PARAMETER", "config")
    put('{"thresholds": {"temperature": {"max": 90}}}')
    assert verdict(0, 95.0) == "warning"

    monkeypatch.setattr("lambda_src.common.runtime_config.MAX_AGE_SECONDS", 0.0)
    put('{"thresholds": {}}')
    assert verdict(1, 105.0) == "normal"
    put("broken")
    assert verdict(2, 105.0) == "normal"
    put("{}")
    assert (verdict(3, 95.0), verdict(4, 105.0)) == ("normal", "warning")


def test_either_transport_is_told_by_the_event(plant):
    assert handler.read_records(kinesis_event(records(b"a"))) == (records(b"a"), True)
    assert handler.read_records(sqs_event(messages(b"a"))) == (messages(b"a"), False)


def test_several_measures_a_record_are_a_setting(aws):
    several = ProcessorSettings(
        environment_suffix="test",
        quarantine_bucket="q",
        timestream_database="iot",
        timestream_table="readings",
        timestream_multi_measure=True,
    )

    assert [type(store) for store in stores_of(several)] == [MultiMeasureTimestreamStore]
