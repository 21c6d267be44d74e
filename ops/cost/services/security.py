"""Keys, secrets, parameters, identities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.cost.scene import SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

DATA_KEY_SECONDS = 300
"""Services use a data key for about five minutes before they ask KMS for another one."""
SECRET_SECONDS = 300
"""A running function reads the secret again after this time at the latest."""
ENCRYPTED = ("aws_s3_bucket", "aws_sqs_queue", "aws_sns_topic", "aws_dynamodb_table", "aws_lambda_function")
IDENTITY = "IAM costs nothing"


def _key(_: Resource, scene: Scene) -> Iterator[Quantity]:
    """One data key for each encrypted resource, and one to write and one to read for each shard."""
    shards = sum(stream.values.get("shard_count") or 1 for stream in scene.plan.of_kind("aws_kinesis_stream"))
    users = 2 * shards + sum(len(scene.plan.of_kind(kind)) for kind in ENCRYPTED)
    yield Quantity("kms-key", 1)
    yield Quantity("kms-request", users * SECONDS / DATA_KEY_SECONDS if scene.traffic.readings else 0)


def _secret(_: Resource, scene: Scene) -> Iterator[Quantity]:
    yield Quantity("secret", 1)
    yield Quantity("secret-request", SECONDS / SECRET_SECONDS if scene.traffic.readings else 0)


def _parameter(resource: Resource, _: Scene) -> Iterator[Quantity]:
    """Standard parameters cost nothing."""
    yield Quantity("ssm-advanced-parameter", 1 if resource.values.get("tier") == "Advanced" else 0)


PRICED = {"aws_kms_key": _key, "aws_secretsmanager_secret": _secret, "aws_ssm_parameter": _parameter}
FREE = {
    "aws_kms_alias": "the key is charged",
    "aws_iam_role": IDENTITY,
    "aws_iam_role_policy": IDENTITY,
    "aws_secretsmanager_secret_policy": "the secret is charged",
    "aws_secretsmanager_secret_rotation": "the function that rotates is charged",
}
