"""Preflight: what an account lacks is said before a deploy, with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError

from lib.config import load_preset
from ops.__main__ import main
from ops.preflight import look, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

CLOSED = "Only existing Timestream for LiveAnalytics customers can access the service."


class FakeAws:
    """Answers each call by (service, operation); what is not named succeeds with enough of everything."""

    def __init__(self, **answers: Any) -> None:
        self.answers: dict[str, Any] = {
            "kinesis_describe_limits": {"ShardLimit": 500, "OpenShardCount": 0},
            "lambda_get_account_settings": {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}},
            **answers,
        }

    def client(self, service: str, **_: object) -> Any:
        aws = self

        class Client:
            def __getattr__(self, operation: str) -> Callable[..., Any]:
                answer = aws.answers.get(f"{service.replace('-', '_')}_{operation}", {})

                def call(**_: object) -> Any:
                    if isinstance(answer, str):
                        raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": answer}}, operation)
                    return answer

                return call

        return Client()


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
    problems = [finding.problem for finding in look(parts_of(config, "test"), "us-east-1", None) if finding.problem]
    assert problems == ["60 of 150 cannot be reserved; 100 must stay unreserved"]


def test_a_queue_needs_no_shards(account: Callable[..., None]) -> None:
    account()
    findings = look(parts_of(load_preset("serverless-api"), "test"), "us-east-1", None)
    assert [finding.check for finding in findings] == ["credentials", "Lambda concurrency"]
