"""A destroy keeps stored data unless told otherwise, and says what is left."""

from __future__ import annotations

import boto3
import pytest

from tests.unit.ops.environment.conftest import change, standing

BUCKET = standing("aws_s3_bucket", bucket="raw")
TABLE = standing("aws_dynamodb_table", name="alerts")
STATE = [BUCKET, TABLE, standing("aws_sns_topic"), standing("aws_s3_bucket_policy"), standing("aws_kms_key")]
GONE = change("aws_sns_topic", "delete")


@pytest.fixture
def data(account):
    """A bucket with two versions of an object, and a protected table."""
    s3, dynamodb = boto3.client("s3", region_name="us-east-1"), boto3.client("dynamodb", region_name="us-east-1")
    s3.create_bucket(Bucket="raw")
    s3.put_bucket_versioning(Bucket="raw", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        s3.put_object(Bucket="raw", Key="reading", Body=body)
    dynamodb.create_table(
        TableName="alerts",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
    )

    def left() -> tuple[int, bool]:
        versions = s3.list_object_versions(Bucket="raw").get("Versions", [])
        return len(versions), dynamodb.describe_table(TableName="alerts")["Table"]["DeletionProtectionEnabled"]

    return left


def test_stored_data_is_kept_by_default(run, terraform, data) -> None:
    terraform.tell(state=STATE, changes=[GONE], after=[BUCKET, TABLE, standing("aws_kms_key")])
    status, out, _ = run("destroy", "--confirm", "dev")
    assert status == 0
    (planned,) = terraform.asked("plan")
    assert "-target=aws_sns_topic.it" in planned
    assert not any(f"-target={kept}" in planned for kept in ("aws_s3", "aws_dynamodb", "aws_kms"))
    assert data() == (2, True)
    assert "kept: aws_s3_bucket.it" in out


def test_data_goes_when_that_is_allowed(run, terraform, data) -> None:
    terraform.tell(state=STATE, changes=[GONE, change("aws_s3_bucket", "delete")], after=[])
    status, out, _ = run("destroy", "--confirm", "dev", "--allow-data-loss")
    assert status == 0
    (planned,) = terraform.asked("plan")
    assert "-target" not in planned
    assert data() == (0, False)
    assert "later: the key is deleted" in out


@pytest.mark.parametrize("arguments", [[], ["--confirm", "prod"]])
def test_the_environment_must_be_named_again(arguments, run, terraform, data) -> None:
    terraform.tell(state=STATE, changes=[GONE])
    status, _, error = run("destroy", *arguments)
    assert (status, terraform.asked("apply")) == (2, [])
    assert "--confirm" in error
    assert data() == (2, True)


def test_production_data_goes_only_when_allowed_twice(run, terraform, data) -> None:
    terraform.tell(state=STATE, changes=[GONE])
    status, _, error = run("destroy", "--environment", "prod", "--confirm", "prod", "--allow-data-loss")
    assert (status, terraform.asked("apply")) == (2, [])
    assert "give --allow-data-loss 2 times" in error
    assert data() == (2, True)


def test_data_that_depends_on_a_target_is_not_destroyed(run, terraform, data) -> None:
    terraform.tell(state=STATE, changes=[GONE, change("aws_s3_bucket", "delete")])
    status, _, error = run("destroy", "--confirm", "dev")
    assert (status, terraform.asked("apply")) == (2, [])
    assert "aws_s3_bucket.it would be destroyed" in error


def test_an_environment_that_does_not_stand_is_left_alone(run, terraform) -> None:
    status, out, _ = run("destroy", "--confirm", "dev")
    assert (status, out) == (0, "dev is not deployed\n")
    assert terraform.asked("plan") == []
