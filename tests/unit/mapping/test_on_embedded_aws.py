"""The mapping against a real embedded AWS that enforces signatures and IAM."""

from __future__ import annotations

import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.embedded.aws import embedded_aws
from local.mapping import MappingRunner
from tests.unit.mapping.factories import UUID, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.endpoints import Clients

HANDLER = """
import base64

def handle(event, context):
    for record in event["Records"]:
        if base64.b64decode(record["kinesis"]["data"]) == b"poison":
            raise ValueError("cannot digest")
"""
READ = ("DescribeStreamSummary", "ListShards", "GetShardIterator", "GetRecords")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    with embedded_aws("eu-central-1") as aws:
        yield aws.clients


def deploy(clients: Clients, name: str, *, read: tuple[str, ...] = READ, write: bool = True) -> dict[str, Any]:
    """A stream with two shards, a bucket and a function whose role may do just what is said."""
    kinesis, iam = clients.client("kinesis"), clients.client("iam")
    kinesis.create_stream(StreamName=name, ShardCount=2)
    kinesis.get_waiter("stream_exists").wait(StreamName=name, WaiterConfig={"Delay": 1})
    stream_arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
    clients.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": clients.region})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    statements = [{"Effect": "Allow", "Action": [f"kinesis:{a}" for a in read], "Resource": stream_arn}]
    if write:
        statements.append({"Effect": "Allow", "Action": ["s3:PutObject"], "Resource": f"arn:aws:s3:::{name}/*"})
    policy = {"Version": "2012-10-17", "Statement": statements}
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(policy))
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("function.py", HANDLER)
    function = clients.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role=role,
        Handler="function.handle",
        Code={"ZipFile": package.getvalue()},
        Timeout=10,
    )
    return {
        "function_arn": function["FunctionArn"],
        "event_source_arn": stream_arn,
        "on_failure_arn": f"arn:aws:s3:::{name}",
    }


def wait_until_idle(runner: MappingRunner, timeout: float = 40.0) -> None:
    deadline = time.monotonic() + timeout
    while runner.idle_for() < 2.5 and time.monotonic() < deadline:
        time.sleep(0.1)


def test_a_run_under_iam_accounts_for_records_and_poison(clients):
    deployed = deploy(clients, "mapped")
    mapping = settings(
        **deployed, batch_size=50, parallelization_factor=2, bisect_on_function_error=True, maximum_retry_attempts=1
    )
    runner = MappingRunner(clients, mapping)
    runner.start()
    records = [{"Data": f"r{n}".encode(), "PartitionKey": f"machine-{n % 10}"} for n in range(300)]
    records[150]["Data"] = b"poison"

    clients.client("kinesis").put_records(StreamName="mapped", Records=records)
    wait_until_idle(runner)
    runner.stop()

    stats = runner.stats
    assert (stats.read, stats.processed, stats.pending) == (300, 299, 0)
    assert (stats.discarded, stats.sent_to_destination) == (1, 1)
    s3 = clients.client("s3")
    (left,) = s3.list_objects_v2(Bucket="mapped")["Contents"]
    body = json.loads(s3.get_object(Bucket="mapped", Key=left["Key"])["Body"].read())
    assert left["Key"].startswith(f"aws/lambda/{UUID}/shardId-")
    assert body["KinesisBatchInfo"]["batchSize"] == 1
    assert json.loads(body["payload"])["Records"][0]["kinesis"]["data"] == "cG9pc29u"


def test_a_role_that_may_not_read_fails_at_the_start(clients):
    deployed = deploy(clients, "unreadable", read=READ[:2])
    runner = MappingRunner(clients, settings(**deployed))

    with pytest.raises(ClientError, match="GetShardIterator"):
        runner.start()


def test_a_role_that_may_not_write_stops_the_run(clients):
    deployed = deploy(clients, "unwritable", write=False)
    runner = MappingRunner(clients, settings(**deployed, maximum_retry_attempts=0))
    runner.start()

    clients.client("kinesis").put_record(StreamName="unwritable", Data=b"poison", PartitionKey="machine-1")

    with pytest.raises(ClientError, match="AccessDenied"):
        wait_until_idle(runner)
    with pytest.raises(ClientError, match="AccessDenied"):
        runner.stop()
