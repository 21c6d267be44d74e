"""The event that the function is given, and what its answer is taken for."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from botocore.exceptions import ClientError

from local.mapping.invocation import Invoker, UndeliveredError
from local.mapping.records import EventSourceFacts, ShardBatch
from tests.unit.mapping.factories import FUNCTION_ARN, ROLE_ARN, SHARD, STREAM_ARN, FunctionError, batch, refusal
from tests.unit.mapping.fakes import FakeLambda


def test_a_record_has_the_documented_form():
    source = EventSourceFacts(STREAM_ARN, SHARD, "eu-central-1", ROLE_ARN)
    read = source.record(
        {
            "SequenceNumber": "495",
            "PartitionKey": "line-1-machine-1",
            "Data": b"Hello, this is a test.",
            "ApproximateArrivalTimestamp": datetime(2018, 12, 17, 22, 10, 50, 987000, tzinfo=UTC),
        }
    )

    assert json.loads(ShardBatch((read,)).payload()) == {
        "Records": [
            {
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": "line-1-machine-1",
                    "sequenceNumber": "495",
                    "data": "SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg==",
                    "approximateArrivalTimestamp": 1545084650.987,
                },
                "eventSource": "aws:kinesis",
                "eventVersion": "1.0",
                "eventID": "shardId-000000000000:495",
                "eventName": "aws:kinesis:record",
                "invokeIdentityArn": ROLE_ARN,
                "awsRegion": "eu-central-1",
                "eventSourceARN": STREAM_ARN,
            }
        ]
    }


def test_a_function_error_is_an_answer():
    def handler(_event):
        raise FunctionError("boom")

    answer = Invoker(FakeLambda(handler), FUNCTION_ARN).invoke(batch(1))

    assert (answer.function_error, json.loads(answer.payload)["errorMessage"]) == ("Unhandled", "boom")


@pytest.mark.parametrize(
    ("code", "status"), [("TooManyRequestsException", 429), ("ServiceException", 500), ("Unknown", 503)]
)
def test_throttling_and_faults_of_lambda_itself_are_no_invocations(code, status):
    def handler(_event):
        raise refusal(code, status)

    with pytest.raises(UndeliveredError):
        Invoker(FakeLambda(handler), FUNCTION_ARN).invoke(batch(1))


def test_a_refusal_is_raised_as_it_is():
    def handler(_event):
        raise refusal("AccessDeniedException", 403)

    with pytest.raises(ClientError, match="AccessDeniedException"):
        Invoker(FakeLambda(handler), FUNCTION_ARN).invoke(batch(1))
