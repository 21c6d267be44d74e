"""The account's role for API logs: set once, somebody else's left alone, a deleted one replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from ops.__main__ import main
from ops.account import api_logs
from tests.unit.ops.deployment import REGION

if TYPE_CHECKING:
    from collections.abc import Iterator

COMMAND = ["account", "api-logs", "--region", REGION]


class Gateway:
    """API Gateway's account setting; moto has none. Refuses a role as often as it is told to, as a new one is."""

    def __init__(self, role: str | None = None, refusals: int = 0) -> None:
        self.role, self.refusals = role, refusals

    def get_account(self) -> dict[str, Any]:
        return {"cloudwatchRoleArn": self.role} if self.role else {}

    def update_account(self, *, patchOperations: list[dict[str, str]]) -> None:  # noqa: N803 - AWS's name
        if self.refusals:
            self.refusals -= 1
            words = "The role ARN does not have required permissions"
            raise ClientError({"Error": {"Code": "BadRequestException", "Message": words}}, "UpdateAccount")
        (change,) = patchOperations
        assert (change["op"], change["path"]) == ("replace", "/cloudwatchRoleArn")
        self.role = change["value"]


@pytest.fixture
def iam() -> Iterator[Iam]:
    with mock_aws():
        yield Iam(boto3.client("iam", region_name=REGION))


class Iam:
    """moto's IAM, which does not have AWS's own policies: which of them were attached is recorded here."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.attached: list[tuple[str, str]] = []

    def attach_role_policy(self, *, RoleName: str, PolicyArn: str) -> None:  # noqa: N803 - AWS's names
        self.attached.append((RoleName, PolicyArn))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)


@pytest.fixture
def use(iam: Iam, monkeypatch: pytest.MonkeyPatch) -> Any:
    def gateway(**state: Any) -> Gateway:
        made = Gateway(**state)
        clients = {"apigateway": made, "iam": iam}
        monkeypatch.setattr(boto3, "client", lambda service, **_: clients[service])
        monkeypatch.setattr(api_logs, "SECONDS_BETWEEN_TRIES", 0.0)
        return made

    return gateway


def test_an_account_without_a_role_gets_one(use: Any, iam: Any, capsys: pytest.CaptureFixture[str]) -> None:
    gateway = use()
    assert main(COMMAND) == 0
    role = iam.get_role(RoleName="apigateway-logs")["Role"]
    assert gateway.role == role["Arn"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": "apigateway.amazonaws.com"}
    assert iam.attached == [
        ("apigateway-logs", "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs")
    ]
    assert capsys.readouterr().out == f"API Gateway in {REGION} writes its logs as {gateway.role}\n"


def test_a_second_region_uses_the_same_role(use: Any) -> None:
    first = use()
    main(COMMAND)
    second = use()
    assert main(COMMAND) == 0
    assert second.role == first.role


def test_a_role_that_is_set_stays(use: Any, iam: Any, capsys: pytest.CaptureFixture[str]) -> None:
    arn = iam.create_role(RoleName="theirs", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    gateway = use(role=arn)
    assert main(COMMAND) == 0
    assert gateway.role == arn
    assert "nothing was changed" in capsys.readouterr().out


def test_a_role_that_is_set_is_replaced_on_request(use: Any, iam: Any) -> None:
    gateway = use(role=iam.create_role(RoleName="theirs", AssumeRolePolicyDocument="{}")["Role"]["Arn"])
    assert main([*COMMAND, "--replace"]) == 0
    assert gateway.role.endswith(":role/apigateway-logs")


def test_a_role_that_was_deleted_is_replaced(use: Any) -> None:
    gateway = use(role="arn:aws:iam::123456789012:role/iot-api-logs-gone")
    assert main(COMMAND) == 0
    assert gateway.role.endswith(":role/apigateway-logs")


def test_a_new_role_that_cannot_be_assumed_is_retried(use: Any) -> None:
    gateway = use(refusals=3)
    assert main(COMMAND) == 0
    assert gateway.role


def test_a_role_that_is_never_taken_is_said(use: Any, capsys: pytest.CaptureFixture[str]) -> None:
    use(refusals=99)
    assert main(COMMAND) == 1
    error = capsys.readouterr().err
    assert "required permissions" in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["account", "api-logs"], "no region: give --region or set AWS_REGION"),
        (["account", "api-logs", "--region", "mars"], "--region='mars': allowed is the code of a region"),
        (["account"], "the following arguments are required"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith(line)
    assert error.count("\n") == 1
