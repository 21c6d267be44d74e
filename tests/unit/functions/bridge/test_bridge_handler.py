"""The bridge from its event to its answer, on moto."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from lambda_src.bridge.handler import handle
from lambda_src.bridge.settings import BridgeSettings
from lambda_src.bridge.sqs import BridgeMessage
from lambda_src.common.aws import clients
from lambda_src.common.settings import SettingsError
from tests.unit.functions.bridge.factories import message, messages, processed, sqs_event
from tests.unit.functions.factories import lambda_context, series


@pytest.fixture
def stream(aws, monkeypatch):
    clients.kinesis().create_stream(StreamName="iot", ShardCount=1)
    for name, value in BridgeSettings(environment_suffix="test", stream_name="iot").to_env().items():
        monkeypatch.setenv(name, value)


def in_stream():
    shard = clients.kinesis().list_shards(StreamName="iot")["Shards"][0]["ShardId"]
    start = clients.kinesis().get_shard_iterator(StreamName="iot", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return clients.kinesis().get_records(ShardIterator=start["ShardIterator"])["Records"]


def test_messages_become_one_record_of_their_device(stream, capsys):
    answer = handle(sqs_event([*messages(*series(3)), message(b"secret poison", 3)]), lambda_context())

    assert answer == {"batchItemFailures": []}
    records = in_stream()
    assert {record["PartitionKey"] for record in records} == {"press-1"}
    decoded = processed(*(record["Data"] for record in records))
    assert [r.value for r in decoded.readings] == [0, 1, 2]
    assert [(r.reason, r.payload) for r in decoded.rejects] == [("invalid_json", b"secret poison")]
    output = capsys.readouterr().out
    metrics = next(json.loads(line) for line in output.splitlines() if '"_aws"' in line)
    assert (metrics["Environment"], metrics["service"]) == ("test", "bridge")
    counts = {name: value[0] for name, value in metrics.items() if isinstance(value, list)}
    assert counts == {"MessagesBridged": 4, "ReadingsBridged": 3, "MessagesPassedOn": 1}
    assert "secret" not in output


def test_a_body_without_envelope_is_reported_without_its_content(stream, capsys):
    answer = handle(sqs_event([BridgeMessage("broken", b'{"envelope": "confidential"}')]), lambda_context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    output = capsys.readouterr().out
    assert "batch partly done" in output
    assert "broken" in output
    assert "confidential" not in output


def test_a_missing_stream_is_raised(stream, monkeypatch):
    monkeypatch.setenv("STREAM_NAME", "gone")

    with pytest.raises(ClientError, match="ResourceNotFound"):
        handle(sqs_event(messages(*series(1))), lambda_context())


def test_a_missing_setting_is_named(aws):
    with pytest.raises(SettingsError, match="ENVIRONMENT_SUFFIX"):
        handle(sqs_event([]), lambda_context())
