"""Preflight: what an account lacks is said before a deploy, with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError

from lib.config import load_preset
from ops.__main__ import main
from ops.preflight.checks import Target, look
from ops.stack import build_stack
from tests.unit.ops.fake_account import FakeAws

if TYPE_CHECKING:
    from collections.abc import Callable

TARGET = Target("us-east-1", None, "us-east-1")
CLOSED = "Only existing Timestream for LiveAnalytics customers can access the service."


@pytest.fixture(autouse=True)
def shell(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_REGION", "TERRAFORM_STATE_BUCKET", "TERRAFORM_STATE_BUCKET_REGION"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    def is_like(**answers: Any) -> None:
        monkeypatch.setattr(boto3, "client", FakeAws(**answers).client)

    return is_like


def test_an_account_that_has_everything_passes(
    account: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    account()
    assert main(["preflight", "--environment", "prod", "--state-bucket", "states"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "✓ credentials",
        "✓ state bucket states",
        "✓ Timestream",
        "✓ Kinesis shards",
        "✓ Lambda concurrency",
        "✓ services in the region",
        "✓ bucket names",
        "✓ KMS key",
        "✓ permissions",
    ]


@pytest.mark.parametrize(
    ("answers", "line"),
    [
        ({"timestream_write_list_databases": CLOSED}, "✗ Timestream: closed to new customers since 2025-06-20"),
        (
            {"kinesis_describe_limits": {"ShardLimit": 20, "OpenShardCount": 10}},
            "✗ Kinesis shards: 15 needed but only 10 free",
        ),
        ({"s3_head_bucket": "Not Found"}, "✗ state bucket states: An error occurred"),
        (
            {"lambda_get_account_settings": {"AccountLimit": {"UnreservedConcurrentExecutions": 10}}},
            "✗ Lambda concurrency: 30 concurrent executions needed but only 10 free",
        ),
    ],
)
def test_what_is_missing_is_said_with_what_to_do(
    account: Callable[..., None], capsys: pytest.CaptureFixture[str], answers: dict[str, Any], line: str
) -> None:
    account(**answers)
    assert main(["preflight", "--environment", "prod", "--state-bucket", "states"]) == 1
    (problem,) = [text for text in capsys.readouterr().out.splitlines() if text.startswith("✗")]
    assert problem.startswith(line)


def test_without_credentials_nothing_else_is_asked(
    account: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    account(sts_get_caller_identity="expired")
    assert main(["preflight"]) == 1
    assert capsys.readouterr().out.startswith("✗ credentials: ")


def test_an_impossible_environment_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preflight", "--environment", "PROD"]) == 2
    assert "ENVIRONMENT_SUFFIX='PROD'" in capsys.readouterr().err


def test_the_reservations_of_all_functions_are_summed(account: Callable[..., None]) -> None:
    account(lambda_get_account_settings={"AccountLimit": {"UnreservedConcurrentExecutions": 150}})
    config = load_preset("serverless-api")
    config = msgspec.structs.replace(
        config,
        api=msgspec.structs.replace(config.api, reserved_concurrency=10),
        processor=msgspec.structs.replace(config.processor, reserved_concurrency=30),
    )
    problems = [finding.problem for finding in look(build_stack(config, "test")[0], TARGET) if finding.problem]
    assert problems == ["60 of 150 cannot be reserved; 100 must stay unreserved"]


def test_a_queue_needs_no_shards(account: Callable[..., None]) -> None:
    account()
    findings = look(build_stack(load_preset("serverless-api"), "test")[0], TARGET)
    assert [finding.check for finding in findings] == ["credentials", "API Gateway logs", "Lambda concurrency"]


def test_what_the_deployment_itself_has_counts_as_free(
    account: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    account(
        kinesis_describe_limits={"ShardLimit": 20, "OpenShardCount": 20},
        kinesis_describe_stream_summary={"StreamDescriptionSummary": {"OpenShardCount": 15}},
    )
    assert main(["preflight", "--environment", "prod"]) == 0


def test_concurrency_that_the_deployment_reserved_before_counts_as_free(account: Callable[..., None]) -> None:
    account(
        lambda_get_account_settings={"AccountLimit": {"UnreservedConcurrentExecutions": 110}},
        lambda_get_function_concurrency={"ReservedConcurrentExecutions": 30},
    )
    config = load_preset("manufacturing")
    config = msgspec.structs.replace(
        config, processor=msgspec.structs.replace(config.processor, reserved_concurrency=40)
    )
    assert [finding.problem for finding in look(build_stack(config, "test")[0], TARGET)] == [None] * 4


def test_reservations_are_no_longer_free_for_mappings(account: Callable[..., None]) -> None:
    account(lambda_get_account_settings={"AccountLimit": {"UnreservedConcurrentExecutions": 129}})
    config = load_preset("complete")
    config = msgspec.structs.replace(config, api=msgspec.structs.replace(config.api, reserved_concurrency=6))
    config = msgspec.structs.replace(config, load=msgspec.structs.replace(config.load, readings_per_second=34_000))
    problems = [finding.problem for finding in look(build_stack(config, "test")[0], TARGET) if finding.problem]
    assert problems == ["112 concurrent executions needed but only 111 free; request a higher quota"]


@pytest.mark.parametrize(
    ("answers", "problem"),
    [
        ({"apigateway_get_account": {}}, "API Gateway has no role for its logs; run: python -m ops account api-logs"),
        (
            {"apigateway_get_account": {"cloudwatchRoleArn": "arn:aws:iam::1:role/x"}, "iam_get_role": ClientError},
            "API Gateway's role for logs, arn:aws:iam::1:role/x, is gone; run: python -m ops account api-logs",
        ),
    ],
    ids=["no role", "a deleted role"],
)
def test_an_account_without_an_api_log_role_is_told_how(
    account: Callable[..., None], answers: dict[str, Any], problem: str
) -> None:
    account(**answers)
    problems = [
        each.problem for each in look(build_stack(load_preset("serverless-api"), "x")[0], TARGET) if each.problem
    ]
    assert problems == [f"{problem} --region us-east-1"]


def test_a_state_bucket_in_another_region_is_explained(
    account: Callable[..., None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account(s3_head_bucket={"BucketRegion": "eu-west-1"})
    monkeypatch.setenv("TERRAFORM_STATE_BUCKET", "states")
    assert main(["preflight", "--environment", "prod"]) == 1
    assert "✗ state bucket states: it is in eu-west-1; set TERRAFORM_STATE_BUCKET_REGION=eu-west-1" in (
        capsys.readouterr().out
    )
    monkeypatch.setenv("TERRAFORM_STATE_BUCKET_REGION", "eu-west-1")
    assert main(["preflight", "--environment", "prod"]) == 0


def test_a_region_that_contradicts_the_environment_is_bad_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "mars")
    assert main(["preflight", "--environment", "prod"]) == 2
    assert "AWS_REGION='mars'" in capsys.readouterr().err
