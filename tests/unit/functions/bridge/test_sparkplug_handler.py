"""The bridge with Sparkplug from its event to its answer: tables, queue and topic publishing on moto."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import boto3
import pytest

from lambda_src.bridge import handler
from lambda_src.bridge.connection_states import ConnectionStates
from lambda_src.bridge.redelivery import SECONDS
from lambda_src.bridge.settings import BridgeSettings
from lambda_src.common.aws import clients
from lambda_src.common.device_index import status_bucket
from tests.unit.functions.bridge.factories import delivered, processed
from tests.unit.functions.bridge.test_bridge_handler import in_stream
from tests.unit.functions.bridge.test_sparkplug import birth, data, death
from tests.unit.functions.factories import NOW_MS, lambda_context


def table(name, *keys):
    kinds: Any = ("HASH", "RANGE")
    clients.dynamodb().create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, kinds, strict=False)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def queue(aws, monkeypatch):
    """A deployment's parts; the queue's messages are hidden for 180 seconds once they are received."""
    clients.kinesis().create_stream(StreamName="iot", ShardCount=1)
    table("births", "edge", "part")
    table("devices", "device_id")
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="bridge", Attributes={"VisibilityTimeout": "180"})["QueueUrl"]
    settings = BridgeSettings(
        environment_suffix="test",
        stream_name="iot",
        births_table="births",
        devices_table="devices",
        queue_url=url,
        iot_endpoint="data.example.com",
    )
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    return sqs, url


@pytest.fixture
def asked(monkeypatch):
    """Topics that were published to."""
    topics: list[str] = []

    class Publisher:
        def publish(self, *, topic, qos, retain, payload):
            topics.append(topic)

    monkeypatch.setattr(clients, "iot_data", cache(lambda endpoint: Publisher()))
    return topics


def handle(*items: Any):
    return handler.handle({"Records": list(items)}, lambda_context())


def device(status, *, updated_ms, heard_ms):
    item = {"device_id": {"S": "edge-1"}, "status": {"S": status}}
    times = {"updated_ms": {"N": str(updated_ms)}, "heard_ms": {"N": str(heard_ms)}}
    clients.dynamodb().put_item(TableName="devices", Item=item | times)


def known():
    item = clients.dynamodb().get_item(TableName="devices", Key={"device_id": {"S": "edge-1"}}).get("Item")
    if item and "status_bucket" in item:
        assert item["status_bucket"]["S"] == status_bucket(item["status"]["S"], "edge-1")
    return item and (item["status"]["S"], int(item["updated_ms"]["N"]), int(item["heard_ms"]["N"]))


def test_births_and_data_reach_the_stream(queue, asked):
    items = [delivered(item.message_id, item.body.decode()) for item in (birth(), data())]

    answer = handle(*items)

    assert answer == {"batchItemFailures": []}
    assert [one.value for one in processed(*(r["Data"] for r in in_stream())).readings] == [1.0, 1.0, 71.5]
    assert asked == []


def test_what_waits_is_hidden_for_seconds_only(queue, asked, capsys):
    sqs, url = queue
    sqs.send_message(QueueUrl=url, MessageBody=data().body.decode())
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    item = delivered("message-1", message["Body"]) | {"receiptHandle": message["ReceiptHandle"]}
    hidden: list[int] = []
    change = clients.sqs().change_message_visibility_batch

    def watched(**call):
        hidden.extend(entry["VisibilityTimeout"] for entry in call["Entries"])
        return change(**call)

    clients.sqs().change_message_visibility_batch = watched  # type: ignore[method-assign]
    answer = handle(item)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "message-1"}]}
    assert (hidden, asked) == ([SECONDS[0]], ["spBv1.0/plant/NCMD/edge-1"])
    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
    assert (metrics["MessagesWaiting"], metrics["RebirthsRequested"], metrics["MessagesMissing"]) == ([1], [1], [0])


def test_a_death_makes_a_device_silent(queue, asked):
    device("NORMAL", updated_ms=NOW_MS - 10, heard_ms=NOW_MS - 90_000)

    handle(delivered("m", death().body.decode()))

    assert known() == ("SILENT", NOW_MS, NOW_MS)


@pytest.mark.parametrize("status", ["SILENT", "OFFLINE"])
def test_a_birth_ends_a_silence(queue, asked, status):
    device(status, updated_ms=NOW_MS - 10, heard_ms=5)

    handle(delivered("m", birth().body.decode()))

    assert known() == ("NORMAL", NOW_MS, NOW_MS)


@pytest.mark.parametrize("status", ["NORMAL", "ANOMALY", "SILENT", "OFFLINE"])
@pytest.mark.parametrize("change", ["connected", "disconnected"])
def test_a_state_from_later_stays(queue, status, change):
    device(status, updated_ms=NOW_MS, heard_ms=5)

    getattr(ConnectionStates(clients.dynamodb(), "devices"), change)("edge-1", NOW_MS)

    assert known() == (status, NOW_MS, 5)


@pytest.mark.parametrize("change", ["connected", "disconnected"])
def test_an_unknown_device_gets_no_state(queue, change):
    getattr(ConnectionStates(clients.dynamodb(), "devices"), change)("edge-1", NOW_MS)

    assert known() is None
