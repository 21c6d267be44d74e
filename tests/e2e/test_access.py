"""With IAM enforced, the producers' role may write to the stream and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from local.run.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

FORBIDDEN: list[tuple[str, str, dict[str, str]]] = [
    ("kinesis", "describe_stream", {"StreamName": "stream_name"}),
    ("kinesis", "delete_stream", {"StreamName": "stream_name"}),
    ("s3", "list_objects_v2", {"Bucket": "raw_bucket"}),
    ("s3", "list_objects_v2", {"Bucket": "quarantine_bucket"}),
    ("secretsmanager", "get_secret_value", {"SecretId": "signing_secret_arn"}),
    ("dynamodb", "scan", {"TableName": "alerts_table"}),
    ("lambda", "invoke", {"FunctionName": "processor_function"}),
    ("firehose", "describe_delivery_stream", {"DeliveryStreamName": "firehose_name"}),
]


@pytest.fixture(scope="module")
def as_producer(applied: Deployment) -> Any:
    credentials = applied.clients.assume(applied.outputs["producer_role_arn"], "test")
    return lambda service: applied.clients.client(service, credentials)


def test_the_producer_may_write_to_the_stream(applied: Deployment, campaign: object, as_producer: Any) -> None:
    # After the campaign, whose account knows every record that it sent; nothing consumes this one.
    answer = as_producer("kinesis").put_record(
        StreamName=applied.outputs["stream_name"], Data=b"{}", PartitionKey="line-1-machine-1"
    )
    assert answer["ShardId"]


def test_the_producer_may_not_read_the_stream(applied: Deployment, as_producer: Any) -> None:
    # Given an iterator that somebody else got
    kinesis = applied.clients.client("kinesis")
    shard = kinesis.list_shards(StreamName=applied.outputs["stream_name"])["Shards"][0]["ShardId"]
    iterator = kinesis.get_shard_iterator(
        StreamName=applied.outputs["stream_name"], ShardId=shard, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    # When the producer reads with it, then it is refused
    with pytest.raises(ClientError, match="AccessDenied"):
        as_producer("kinesis").get_records(ShardIterator=iterator, StreamARN=applied.outputs["stream_arn"])


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    FORBIDDEN,
    ids=[f"{each[0]}-{each[1]}-{n}" for n, each in enumerate(FORBIDDEN)],
)
def test_the_producer_may_do_nothing_else(
    applied: Deployment, as_producer: Any, service: str, operation: str, arguments: dict[str, str]
) -> None:
    values = {name: applied.outputs[output] for name, output in arguments.items()}
    with pytest.raises(ClientError, match="AccessDenied"):
        getattr(as_producer(service), operation)(**values)


def test_a_stranger_is_nobody(applied: Deployment) -> None:
    from local.endpoints import Credentials

    stranger = applied.clients.client("kinesis", Credentials("AKIAIOSFODNN7EXAMPLE", "x"))
    with pytest.raises(ClientError, match=r"UnrecognizedClient|InvalidClientTokenId|security token"):
        stranger.list_streams()
