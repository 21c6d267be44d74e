"""What is left of records that were given up."""

from __future__ import annotations

import json
import re

import pytest
from botocore.exceptions import ClientError

from local.mapping.destination import FailureDestination
from local.mapping.identity import RoleClients
from local.mapping.outcome import Condition, InvocationAnswer
from local.mapping.records import ShardBatch
from tests.unit.mapping.factories import FUNCTION_ARN, ROLE_ARN, SHARD, STREAM_ARN, UUID, record, refusal, settings
from tests.unit.mapping.fakes import FakeClients

NOW = 1_700_000_000.5  # 2023-11-14T22:13:20.500Z
GIVEN_UP = ShardBatch(
    (record(1, arrived=1_699_999_000.25), record(2, arrived=1_699_999_001.0)), retries=3, invocations=4
)
RAISED = InvocationAnswer(b"{}", function_error="Unhandled", request_id="r-9")


def destination(clients: FakeClients, arn: str | None) -> FailureDestination:
    role = RoleClients(clients, ROLE_ARN, "processor")
    return FailureDestination(settings(on_failure_arn=arn), role, clients, clock=lambda: NOW)


def test_s3_gets_the_whole_record_under_the_documented_key():
    clients = FakeClients()

    assert destination(clients, "arn:aws:s3:::failures").send(SHARD, GIVEN_UP, Condition.RETRIES, RAISED)

    (written,) = clients.store.written
    assert written["Bucket"] == "failures"
    assert re.fullmatch(
        rf"aws/lambda/{UUID}/{SHARD}/2023/11/14/2023-11-14T22\.13\.20-[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}",
        written["Key"],
    )
    body = json.loads(written["Body"])
    assert json.loads(body.pop("payload")) == json.loads(GIVEN_UP.payload())
    assert body == {
        "requestContext": {
            "requestId": "r-9",
            "functionArn": FUNCTION_ARN,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 4,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2023-11-14T22:13:20.500Z",
        "KinesisBatchInfo": {
            "shardId": SHARD,
            "startSequenceNumber": "1",
            "endSequenceNumber": "2",
            "approximateArrivalOfFirstRecord": "2023-11-14T21:56:40.250Z",
            "approximateArrivalOfLastRecord": "2023-11-14T21:56:41.000Z",
            "batchSize": 2,
            "streamArn": STREAM_ARN,
        },
    }


@pytest.mark.parametrize(
    ("arn", "target", "body"),
    [
        (
            "arn:aws:sqs:eu-central-1:111122223333:failures",
            ("QueueUrl", "http://queues/111122223333/failures"),
            "MessageBody",
        ),
        (
            "arn:aws:sns:eu-central-1:111122223333:failures",
            ("TopicArn", "arn:aws:sns:eu-central-1:111122223333:failures"),
            "Message",
        ),
    ],
)
def test_a_queue_and_a_topic_get_metadata_only(arn, target, body):
    clients = FakeClients()

    assert destination(clients, arn).send(SHARD, GIVEN_UP, Condition.AGE, RAISED)

    (written,) = clients.store.written
    assert written[target[0]] == target[1]
    message = json.loads(written[body])
    assert "payload" not in message
    assert message["requestContext"]["condition"] == "RecordAgeExceeded"


def test_records_too_old_before_any_call_have_no_response():
    clients = FakeClients()

    destination(clients, "arn:aws:s3:::failures").send(SHARD, GIVEN_UP, Condition.AGE, None)

    assert "responseContext" not in json.loads(clients.store.written[0]["Body"])


def test_a_partial_failure_is_no_function_error():
    clients = FakeClients()

    destination(clients, "arn:aws:s3:::failures").send(SHARD, GIVEN_UP, Condition.RETRIES, InvocationAnswer())

    assert "functionError" not in json.loads(clients.store.written[0]["Body"])["responseContext"]


def test_without_a_destination_nothing_is_sent():
    clients = FakeClients()

    assert not destination(clients, None).send(SHARD, GIVEN_UP, Condition.RETRIES, RAISED)
    assert clients.store.written == []


def test_the_destination_is_written_as_the_functions_role():
    clients = FakeClients()

    destination(clients, "arn:aws:s3:::failures").send(SHARD, GIVEN_UP, Condition.RETRIES, RAISED)

    assert clients.signed == {("s3", "processor")}
    assert clients.assumed == [(ROLE_ARN, "processor")]


def test_a_destination_that_refuses_is_an_error():
    clients = FakeClients()
    clients.store.refuses = refusal("AccessDenied", 403)

    with pytest.raises(ClientError, match="AccessDenied"):
        destination(clients, "arn:aws:s3:::failures").send(SHARD, GIVEN_UP, Condition.RETRIES, RAISED)


def test_a_session_is_renewed_before_it_ends():
    clients, now = FakeClients(), [0.0]
    role = RoleClients(clients, ROLE_ARN, "processor", clock=lambda: now[0])

    for now[0] in (0.0, 1.0, 44 * 60.0, 46 * 60.0, 47 * 60.0):
        role.client("kinesis")

    assert len(clients.assumed) == 2
