"""Everything that is stored is encrypted with the customer key and closed to the public."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.synth import path_of, references

if TYPE_CHECKING:
    from tests.support.synth import Synthesized

BUCKET_COMPANIONS = (
    "aws_s3_bucket_lifecycle_configuration",
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
)


def key_arn(stack: Synthesized) -> str:
    (id_,) = stack.all("aws_kms_key")
    return f"${{aws_kms_key.{id_}.arn}}"


def companions(stack: Synthesized, kind: str) -> dict[str, dict[str, Any]]:
    """The resource of ``kind`` for each bucket's logical id."""
    return {next(iter(references(resource["bucket"]))): resource for resource in stack.all(kind).values()}


@pytest.mark.parametrize("kind", BUCKET_COMPANIONS)
def test_every_bucket_has_each_protection(stack: Synthesized, kind: str) -> None:
    assert set(companions(stack, kind)) == set(stack.all("aws_s3_bucket"))


def test_every_bucket_encrypts_with_the_customer_key(stack: Synthesized) -> None:
    for encryption in stack.all("aws_s3_bucket_server_side_encryption_configuration").values():
        (rule,) = encryption["rule"]
        default = rule["apply_server_side_encryption_by_default"]
        assert default == {"kms_master_key_id": key_arn(stack), "sse_algorithm": "aws:kms"}
        assert rule["bucket_key_enabled"] is True


def test_every_bucket_blocks_the_public_four_times(stack: Synthesized) -> None:
    switches = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    for block in stack.all("aws_s3_bucket_public_access_block").values():
        assert all(block[switch] is True for switch in switches)


def test_every_bucket_refuses_plain_http(stack: Synthesized) -> None:
    for bucket, policy in companions(stack, "aws_s3_bucket_policy").items():
        (statement,) = json.loads(policy["policy"])["Statement"]
        assert statement["Effect"] == "Deny"
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert statement["Resource"] == [f"${{aws_s3_bucket.{bucket}.arn}}", f"${{aws_s3_bucket.{bucket}.arn}}/*"]


def test_every_bucket_keeps_versions_and_drops_them_in_time(stack: Synthesized) -> None:
    for versioning in stack.all("aws_s3_bucket_versioning").values():
        assert versioning["versioning_configuration"] == {"status": "Enabled"}
    for lifecycle in stack.all("aws_s3_bucket_lifecycle_configuration").values():
        (rule,) = lifecycle["rule"]
        assert rule["noncurrent_version_expiration"][0]["noncurrent_days"] >= 1
        assert rule["abort_incomplete_multipart_upload"][0]["days_after_initiation"] >= 1


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("aws_cloudwatch_log_group", "kms_key_id"),
        ("aws_kinesis_stream", "kms_key_id"),
        ("aws_lambda_function", "kms_key_arn"),
        ("aws_secretsmanager_secret", "kms_key_id"),
        ("aws_sns_topic", "kms_master_key_id"),
        ("aws_timestreamwrite_database", "kms_key_id"),
    ],
)
def test_every_store_is_encrypted_with_the_customer_key(stack: Synthesized, kind: str, key: str) -> None:
    for resource in stack.all(kind).values():
        assert resource[key] == key_arn(stack)


def test_every_table_is_encrypted_and_can_be_restored(stack: Synthesized) -> None:
    for table in stack.all("aws_dynamodb_table").values():
        assert table["server_side_encryption"] == {"enabled": True, "kms_key_arn": key_arn(stack)}
        assert table["point_in_time_recovery"] == {"enabled": True}
        assert table["deletion_protection_enabled"] is True


def test_data_is_protected_unless_an_environment_gives_it_up(stack: Synthesized) -> None:
    for bucket in stack.all("aws_s3_bucket").values():
        assert bucket["force_destroy"] is False


def test_every_log_group_ends_its_entries(stack: Synthesized) -> None:
    for group in stack.all("aws_cloudwatch_log_group").values():
        assert group["retention_in_days"] > 0, path_of(group)


def test_the_key_rotates(stack: Synthesized) -> None:
    key = stack.one("aws_kms_key")
    assert key["enable_key_rotation"] is True
    assert key["deletion_window_in_days"] >= 7
