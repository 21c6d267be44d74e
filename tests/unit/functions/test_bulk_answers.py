"""Answers that are read around the SDK: the same as it would have said, and its own errors."""

from __future__ import annotations

from typing import Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.common.aws.bulk import decode_in_bulk

REQUEST: Any = {
    "TableName": "readings",
    "KeyConditionExpression": "device_id = :device",
    "ExpressionAttributeValues": {":device": {"S": "press-1"}},
    "Limit": 2,
}
ITEM: Any = {
    "device_id": {"S": "press-1"},
    "values": {"L": [{"N": "25.5"}, {"N": "-1E+2"}]},
    "note": {"S": '\N{FACTORY} "é" \\ \n'},
    "none": {"NULL": True},
    "empty": {"L": []},
    "sensors": {"M": {"t": {"M": {"value": {"N": "1"}}}}},
}


class Body:
    def __init__(self, data):
        self._data = data

    def stream(self, *_, **__):
        yield self._data


def client(status, data):
    """A client that reads around the SDK, and gets this answer to whatever it asks."""
    made: Any = boto3.client("dynamodb")
    decode_in_bulk(made, "Query", "Items")
    headers: Any = {}
    made.meta.events.register(
        "before-send.dynamodb.Query", lambda request, **_: AWSResponse(request.url, status, headers, Body(data))
    )
    return made


@pytest.fixture
def table(aws):
    clients.dynamodb().create_table(
        TableName="readings",
        KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}, {"AttributeName": "run", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("device_id", "run")],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(3):
        clients.dynamodb().put_item(TableName="readings", Item=ITEM | {"run": {"S": str(number)}})


def test_an_answer_is_what_the_sdk_itself_says(table):
    ours = clients.dynamodb().query(**REQUEST)
    theirs = boto3.client("dynamodb").query(**REQUEST)

    for answer in (ours, theirs):
        del cast("Any", answer)["ResponseMetadata"]
    assert ours == theirs
    assert [item["run"]["S"] for item in ours["Items"]] == ["0", "1"]
    assert ours["LastEvaluatedKey"] == {"device_id": {"S": "press-1"}, "run": {"S": "1"}}


def test_an_error_is_the_sdk_s_own():
    refusing = client(400, b'{"__type": "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", "message": "no"}')

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        refusing.query(**REQUEST)


def test_an_answer_without_the_member_stays_as_it_is():
    assert client(200, b'{"Count": 3, "ScannedCount": 4}').query(**REQUEST)["ScannedCount"] == 4


def test_a_truncated_response_is_left_to_the_sdk():
    assert "Items" not in client(200, b'{"Items": [{"device_id": {"S": "pre').query(**REQUEST)
