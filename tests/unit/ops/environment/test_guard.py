"""Whatever is wrong with the shell, the account or the state is said before anything is changed."""

from __future__ import annotations

import pytest
from botocore.exceptions import NoCredentialsError

from ops.environment import session, target
from ops.environment.failures import explain
from ops.preflight.finding import Finding

COMMANDS = ("plan", "deploy", "destroy", "drift", "outputs")
LOCKED = """
│ Error: Error acquiring the state lock
│
│ Error message: operation error S3: PutObject, https response error StatusCode: 412
│ Lock Info:
│   ID:        8a1c-77
│   Path:      states/dev/us-east-1/TapStackdev.tfstate
│   Operation: OperationTypeApply
│   Who:       ci@runner-7
│   Created:   2026-11-25 03:04:05.6 +0000 UTC
"""


@pytest.mark.parametrize("command", COMMANDS)
def test_another_account_is_refused(command, run, terraform) -> None:
    status, _, error = run(command, "--environment", "foreign")
    assert status == 2
    assert "the credentials are those of account 123456789012, but foreign belongs to 999999999999" in error
    assert terraform.asked("init") == []


def test_everything_that_is_missing_is_listed_at_once(run, terraform, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoSts:
        def get_caller_identity(self):
            raise NoCredentialsError

    monkeypatch.delenv("TERRAFORM_STATE_BUCKET")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(target, "client", lambda *_: NoSts())
    status, _, error = run("plan", "--environment", "nameless")
    assert status == 2
    for missing in ("Terraform: neither", "TERRAFORM_STATE_BUCKET:", "account_id: set it in", "credentials: Unable"):
        assert missing in error


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("AWS_REGION", "eu-central-1", "AWS_REGION names 'eu-central-1'"),
        ("AWS_ACCOUNT_ID", "111111111111", "AWS_ACCOUNT_ID names '111111111111'"),
        ("AWS_ACCOUNT_ID", "12", "allowed are the twelve digits"),
    ],
)
def test_a_variable_cannot_move_an_environment(variable, value, words, run, terraform, monkeypatch) -> None:
    monkeypatch.setenv(variable, value)
    status, _, error = run("plan")
    assert (status, terraform.asked("init")) == (2, [])
    assert words in error


def test_a_variable_names_the_account_of_a_pull_request(run, terraform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert run("plan", "--environment", "nameless")[0] == 0


def test_a_failed_preflight_stops_before_terraform(run, terraform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "look", lambda *_: iter([Finding("Kinesis shards", "too few"), Finding("fine")]))
    status, _, error = run("deploy", "--yes")
    assert status == 1
    assert "✗ Kinesis shards: too few" in error
    assert "1 problems" in error
    assert terraform.asked("init") == []


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        (LOCKED, "locked by ci@runner-7 since 2026-11-25 03:04:05.6 +0000 UTC"),
        (LOCKED, "terraform -chdir=/work force-unlock 8a1c-77"),
        ("│ Error: Saved plan is stale\n│\n│ The given plan file can no longer be applied", "run 'make plan' again"),
        ("operation error STS: ExpiredToken: The security token included in the request is expired", "log in again"),
        ("Error: AWS account ID not allowed: 1", "another account"),
        ("S3: ListObjectsV2, api error NoSuchBucket: The specified bucket does not exist", "make bootstrap"),
        ("operation error S3: HeadObject, StatusCode: 403, Forbidden", "may belong to somebody else"),
        ("StatusCode: 301, PermanentRedirect", "TERRAFORM_STATE_BUCKET_REGION"),
        ("Error: something new", "terraform plan: Error: something new"),
    ],
)
def test_failures_of_terraform_say_what_to_do(printed: str, words: str) -> None:
    line = explain("plan", printed, "/work")
    assert words in line
    assert "\n" not in line


def test_a_locked_state_ends_the_command_with_one_line(run, terraform) -> None:
    terraform.tell(failures={"plan": LOCKED})
    status, _, error = run("plan")
    assert status == 1
    assert error.count("\n") == 1
    assert "force-unlock 8a1c-77" in error
