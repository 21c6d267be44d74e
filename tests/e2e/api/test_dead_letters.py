"""A message that fails three times is found in the dead letters, shown, sent back, and stored."""

from __future__ import annotations

import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.ops import ops

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from local.run.deployment import Deployment
    from tests.e2e.api.conftest import Caller

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

PATIENCE_SECONDS = 240.0


@contextmanager
def broken_table(deployment: Deployment) -> Iterator[None]:
    """The processor may not write to the readings' table, and each failed try is over at once."""
    clients, outputs = deployment.clients, deployment.outputs
    function = clients.client("lambda").get_function_configuration(FunctionName=outputs["processor_function"])
    role = function["Role"].rpartition("/")[2]
    iam, sqs = clients.client("iam"), clients.client("sqs")
    table = f"arn:aws:dynamodb:{clients.region}:{clients.account}:table/{outputs['readings_table']}"
    refusal = {"Effect": "Deny", "Action": "dynamodb:BatchWriteItem", "Resource": table}
    document = json.dumps({"Version": "2012-10-17", "Statement": [refusal]})
    visibility = sqs.get_queue_attributes(QueueUrl=outputs["queue_url"], AttributeNames=["VisibilityTimeout"])
    iam.put_role_policy(RoleName=role, PolicyName="broken", PolicyDocument=document)
    sqs.set_queue_attributes(QueueUrl=outputs["queue_url"], Attributes={"VisibilityTimeout": "1"})
    try:
        yield
    finally:
        sqs.set_queue_attributes(QueueUrl=outputs["queue_url"], Attributes=visibility["Attributes"])
        iam.delete_role_policy(RoleName=role, PolicyName="broken")


def dead_letters(deployment: Deployment) -> int:
    name = "ApproximateNumberOfMessages"
    answer = deployment.clients.client("sqs").get_queue_attributes(
        QueueUrl=deployment.outputs["queue_dlq_url"], AttributeNames=[name]
    )
    return int(answer["Attributes"][name])


def await_dead_letter(deployment: Deployment) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not dead_letters(deployment):
        assert time.monotonic() < deadline, "the message never reached the dead letters"
        time.sleep(0.5)


def told(surroundings: Mapping[str, str], *arguments: str) -> str:
    done = ops(surroundings, *arguments)
    assert done.status == 0, done.err
    return done.out


def test_a_dead_letter_is_listed_redriven_with_history_and_stored(
    serverless: Deployment, surroundings: Mapping[str, str], writer: Caller, reader: Caller
) -> None:
    body = b'{"device_id":"dead-1","sensor_data":{"temperature":31.25}}'
    with broken_table(serverless):
        # Given a message that failed all its tries
        assert writer.post("/ingest", body).status == 202
        await_dead_letter(serverless)
        assert "queue" in told(surroundings, "dlq", "list")
        assert "dead-1" in told(surroundings, "dlq", "show")
        # When it is only tried out, then nothing moves
        told(surroundings, "dlq", "redrive", "--dry-run")
        assert dead_letters(serverless) == 1
        # When it is sent back too early, then it comes back with its history
        told(surroundings, "dlq", "redrive")
        await_dead_letter(serverless)
        assert "redriven" in told(surroundings, "dlq", "show")
    # When the cause is fixed, then it is stored
    told(surroundings, "dlq", "redrive")
    (item,) = reader.readings("dead-1", 1)
    assert item["value"] == 31.25
    assert dead_letters(serverless) == 0
