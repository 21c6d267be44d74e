"""Environments of closed pull requests are found by their states and destroyed with their data."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.unit.ops.environment.conftest import change, standing

STATES = {
    "pr7/us-east-1/TapStackpr7.tfstate": 5_000,
    "pr8/us-east-1/TapStackpr8.tfstate": 5_000,
    "pr9/us-east-1/TapStackpr9.tfstate": 200,
    "pr10/eu-west-1/TapStackpr10.tfstate": 5_000,
    "prod/us-east-1/TapStackprod.tfstate": 5_000,
    "pr7/us-east-1/TapStackpr7.tfstate.tflock": 5_000,
    "pr11/us-east-1/TapStackprod.tfstate": 5_000,
}


@pytest.fixture
def states(account: Any) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    for key, size in STATES.items():
        s3.put_object(Bucket="states", Key=key, Body=b"x" * size)


@pytest.fixture
def opened(tmp_path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ACCOUNT_ID", "123456789012")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    file = tmp_path / "open.txt"
    file.write_text("8\n12\n")
    return file


def test_only_environments_of_closed_pull_requests_are_destroyed(run, terraform, states, opened) -> None:
    terraform.tell(state=[standing("aws_sns_topic")], changes=[change("aws_sns_topic", "delete")])
    status, out, _ = run("forgotten", "--open", str(opened))
    assert status == 0
    assert [line for line in out.splitlines() if line.endswith("was forgotten")] == ["pr7 was forgotten"]
    assert len(terraform.asked("apply")) == 1


def test_an_old_environment_expires_with_its_pull_request_open(run, terraform, states, opened) -> None:
    _, out, _ = run("forgotten", "--open", str(opened), "--days", "0")
    assert "pr8 was forgotten" in out


def test_a_file_of_something_else_is_refused(run, terraform, states, opened) -> None:
    opened.write_text("8\nnot a number\n")
    status, _, error = run("forgotten", "--open", str(opened))
    assert (status, terraform.asked("apply")) == (2, [])
    assert "one number per line" in error
