"""What the plan needs of an account is looked for on moto: state, names, key, region, permissions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from ops.preflight import plan_checks
from ops.preflight.capacity import api_throttle, method_limits
from ops.preflight.permissions import CREATES
from ops.preflight.plan_checks import free_names, permissions, region_support, usable_key
from ops.preflight.state import state_bucket

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION, ACCOUNT = "us-east-1", "123456789012"
ALIAS = "alias/iot-data-test"


@pytest.fixture(autouse=True)
def aws() -> Iterator[None]:
    with mock_aws():
        yield


def s3() -> Any:
    return boto3.client("s3", region_name=REGION)


def plan(**resources: dict[str, Any]) -> dict[str, Any]:
    return {"resource": {kind: {"it": values} for kind, values in resources.items()}}


def state(name: str = "states", account: str = ACCOUNT, region: str = REGION) -> str | None:
    return state_bucket(name, region, account).problem


class ForeignBuckets:
    """S3 as it answers for a bucket of another account; moto does not look at the expected owner."""

    def head_bucket(self, *, Bucket: str, ExpectedBucketOwner: str) -> None:  # noqa: N803 - S3's own names
        raise ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket")


@pytest.mark.parametrize(("encrypted", "problem"), [(True, None), (False, "it is not encrypted")])
def test_a_versioned_and_encrypted_bucket_of_ours_is_good(encrypted: bool, problem: str | None) -> None:
    s3().create_bucket(Bucket="states")
    s3().put_bucket_versioning(Bucket="states", VersioningConfiguration={"Status": "Enabled"})
    if encrypted:
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        s3().put_bucket_encryption(Bucket="states", ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert state() is None if problem is None else str(state()).startswith(problem)


def test_a_bucket_without_versions_is_named_with_its_remedy() -> None:
    s3().create_bucket(Bucket="states")
    assert "put-bucket-versioning --bucket states" in str(state())


def test_a_missing_bucket_is_made_by_the_bootstrap() -> None:
    assert state("nowhere-at-all") == "it does not exist; 'make bootstrap' creates one"


def test_a_bucket_of_somebody_else_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.preflight.state.client", lambda *_: ForeignBuckets())
    assert "belongs to another account" in str(state())


def test_a_bucket_name_of_another_account_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_checks, "client", lambda *_: ForeignBuckets())
    wanted = plan(aws_s3_bucket={"bucket": f"iot-raw-test-us-east-1-{plan_checks.ACCOUNT}"})
    found = free_names(wanted, REGION, ACCOUNT).problem
    assert found == f"iot-raw-test-us-east-1-{ACCOUNT} belong to another account; choose another suffix"


def test_a_bucket_that_is_ours_already_is_no_problem() -> None:
    s3().create_bucket(Bucket="iot-raw-test")
    assert free_names(plan(aws_s3_bucket={"bucket": "iot-raw-test"}), REGION, ACCOUNT).problem is None


def test_a_bucket_name_that_nobody_has_is_free() -> None:
    assert free_names(plan(aws_s3_bucket={"bucket": "iot-none-of-these"}), REGION, ACCOUNT).problem is None


@pytest.mark.parametrize("doomed", [False, True])
def test_a_key_that_is_being_deleted_cannot_be_used(doomed: bool) -> None:
    kms = boto3.client("kms", region_name=REGION)
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=ALIAS, TargetKeyId=key)
    if doomed:
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    found = usable_key(plan(aws_kms_alias={"name": ALIAS}), REGION).problem
    assert (found is not None) == doomed
    assert not doomed or f"{ALIAS} is PendingDeletion" in str(found)


def test_a_key_that_does_not_exist_is_no_problem() -> None:
    assert usable_key(plan(aws_kms_alias={"name": ALIAS}), REGION).problem is None


@pytest.mark.parametrize(
    ("region", "problem"), [("us-east-1", None), ("sa-east-1", "timestream-write not offered in sa-east-1")]
)
def test_a_service_that_the_region_lacks_is_named(region: str, problem: str | None) -> None:
    found = region_support(plan(aws_timestreamwrite_table={}, aws_kinesis_stream={}), region).problem
    assert found is None if problem is None else str(found).startswith(problem)


class Iam:
    """Answers as IAM does; moto does not simulate policies."""

    def __init__(self, denied: set[str]) -> None:
        self.denied, self.asked = denied, []  # type: ignore[var-annotated]

    def get_role(self, *, RoleName: str) -> dict[str, Any]:  # noqa: N803 - IAM's own name
        return {"Role": {"Arn": f"arn:aws:iam::{ACCOUNT}:role/path/{RoleName}"}}

    def simulate_principal_policy(self, *, PolicySourceArn: str, ActionNames: list[str]) -> dict[str, Any]:  # noqa: N803
        self.asked.append((PolicySourceArn, ActionNames))
        decide = {True: "implicitDeny", False: "allowed"}
        return {
            "EvaluationResults": [
                {"EvalActionName": name, "EvalDecision": decide[name in self.denied]} for name in ActionNames
            ]
        }


@pytest.mark.parametrize(
    ("identity", "source"),
    [
        (f"arn:aws:iam::{ACCOUNT}:user/deployer", f"arn:aws:iam::{ACCOUNT}:user/deployer"),
        (f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/run-7", f"arn:aws:iam::{ACCOUNT}:role/path/deploy"),
    ],
)
def test_actions_that_the_deployer_lacks_are_named(identity: str, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    iam = Iam({"kinesis:CreateStream"})
    monkeypatch.setattr(plan_checks, "client", lambda *_: iam)
    found = permissions(plan(aws_kinesis_stream={}, aws_sns_topic={}), REGION, identity).problem
    assert found == f"{identity} may not kinesis:CreateStream"
    assert iam.asked == [(source, ["kinesis:CreateStream", "sns:CreateTopic"])]


def test_root_may_do_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    iam = Iam({"kinesis:CreateStream"})
    monkeypatch.setattr(plan_checks, "client", lambda *_: iam)
    assert permissions(plan(aws_kinesis_stream={}), REGION, f"arn:aws:iam::{ACCOUNT}:root").problem is None
    assert iam.asked == []


@pytest.mark.parametrize(("rate", "enough"), [(10_000, True), (10_001, False)])
def test_an_api_may_not_allow_more_than_its_account(rate: int, enough: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gateway:
        def get_account(self) -> dict[str, Any]:
            return {"throttleSettings": {"rateLimit": 10_000.0, "burstLimit": 5_000}}

    monkeypatch.setattr("ops.preflight.capacity.client", lambda *_: Gateway())
    settings = {"throttling_rate_limit": rate, "throttling_burst_limit": 100}
    limits = list(method_limits(plan(aws_api_gateway_method_settings={"settings": settings})))
    assert (api_throttle(limits, REGION).problem is None) == enough


def test_the_actions_are_those_of_real_services() -> None:
    known = {*boto3.session.Session().get_available_services()}
    services = {"apigateway", "events", "logs", "cloudwatch", "timestream"} | known
    assert {action.partition(":")[0] for action in CREATES.values()} <= services
    assert json.dumps(CREATES).count("*") == 0
