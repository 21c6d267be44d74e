"""What is put right in the embedded AWS, and only that."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws

from local.embedded.permissions import allow_batches, withdraw_batches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.endpoints import Clients

PROJECT = Path(__file__).resolve().parents[3]
TOPIC = "arn:aws:sns:eu-central-1:123456789012:alerts"
TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/devices"


class OneRegion:
    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(service, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def iam() -> Iterator[Any]:
    with mock_aws():
        yield OneRegion().client("iam")


def role(iam: Any, name: str, effect: str, actions: list[str], resource: str) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    statement = {"Effect": effect, "Action": actions, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=document)


def extra(iam: Any, name: str) -> list[tuple[str, str]]:
    """Action and resource of each statement that was added to a role."""
    added = [policy for policy in iam.list_role_policies(RoleName=name)["PolicyNames"] if policy != "own"]
    documents = [iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"] for policy in added]
    return [(each["Action"], each["Resource"]) for document in documents for each in document["Statement"]]


def test_a_permission_includes_its_batch_form_and_nothing_else(iam: Any) -> None:
    role(iam, "publisher", "Allow", ["sns:Publish"], TOPIC)
    role(iam, "keeper", "Allow", ["dynamodb:BatchGetItem", "dynamodb:PartiQLUpdate"], TABLE)
    role(iam, "reader", "Allow", ["sns:GetTopicAttributes", "dynamodb:Query"], "*")
    role(iam, "refused", "Deny", ["sns:Publish"], TOPIC)
    allow_batches(cast("Clients", OneRegion()))
    assert extra(iam, "publisher") == [("sns:PublishBatch", TOPIC)]
    assert extra(iam, "keeper") == [("dynamodb:BatchExecuteStatement", "*")]
    assert extra(iam, "reader") == extra(iam, "refused") == []


def test_workgroup_users_may_read_queries_by_their_id(iam: Any) -> None:
    workgroup = "arn:aws:athena:eu-central-1:123456789012:workgroup/lake"
    role(iam, "analyst", "Allow", ["athena:StartQueryExecution", "athena:GetQueryResults"], workgroup)
    allow_batches(cast("Clients", OneRegion()))
    assert extra(iam, "analyst") == [("athena:GetQueryResults", "*")]


def test_what_was_added_is_taken_away_again(iam: Any) -> None:
    role(iam, "publisher", "Allow", ["sns:Publish"], TOPIC)
    allow_batches(cast("Clients", OneRegion()))
    withdraw_batches(cast("Clients", OneRegion()))
    assert iam.list_role_policies(RoleName="publisher")["PolicyNames"] == ["own"]


def test_a_server_for_every_interface_listens_on_the_loopback_one() -> None:
    program = """
import asyncio
from local.embedded.ministack import keep_to_loopback
keep_to_loopback()
async def main():
    server = await asyncio.get_running_loop().create_server(asyncio.Protocol, host="0.0.0.0", port=0)
    print(server.sockets[0].getsockname()[0])
asyncio.run(main())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "127.0.0.1", done.stderr
