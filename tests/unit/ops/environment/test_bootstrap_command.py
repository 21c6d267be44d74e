"""`ops bootstrap` prepares an account; its first state moves into the bucket that it made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from ops.__main__ import main
from ops.bootstrap import command
from tests.unit.ops.environment.conftest import change

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.ops.environment.conftest import PlayedTerraform

BUCKET = "iot-terraform-state-us-east-1-123456789012"
ARGUMENTS = ["bootstrap", "--repository", "acme/pipeline", "--region", "us-east-1"]
CREATED = change("aws_iam_role", "create")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, terraform: PlayedTerraform, account: Any) -> Path:
    monkeypatch.setattr(command, "FOLDER", tmp_path / "bootstrap")
    return tmp_path / "bootstrap"


def test_the_first_state_moves_into_the_new_bucket(folder: Path, terraform: PlayedTerraform, capsys: Any) -> None:
    terraform.tell(changes=[CREATED])
    assert main([*ARGUMENTS, "--yes"]) == 0
    assert [line.split()[1] for line in terraform.asked("init")] == ["-reconfigure", "-migrate-state"]
    assert len(terraform.asked("apply")) == 1
    plan = json.loads((folder / "123456789012" / "cdk.tf.json").read_text())
    assert plan["terraform"]["backend"]["s3"]["bucket"] == BUCKET
    assert f"TERRAFORM_STATE_BUCKET={BUCKET}" in capsys.readouterr().out


def test_a_later_run_uses_the_bucket_from_the_start(folder: Path, terraform: PlayedTerraform) -> None:
    boto3.client("s3", region_name="us-east-1").create_bucket(Bucket=BUCKET)
    assert main([*ARGUMENTS, "--yes"]) == 0
    assert [line.split()[1] for line in terraform.asked("init")] == ["-reconfigure"]
    assert terraform.asked("apply") == []


def test_without_a_terminal_the_bootstrap_needs_a_word(folder: Path, terraform: PlayedTerraform, capsys: Any) -> None:
    terraform.tell(changes=[CREATED])
    assert main(ARGUMENTS) == 2
    assert terraform.asked("apply") == []
    assert "give --yes" in capsys.readouterr().err


def test_a_bootstrap_that_would_lose_states_is_refused(folder: Path, terraform: PlayedTerraform, capsys: Any) -> None:
    terraform.tell(changes=[change("aws_s3_bucket", "delete", "create")])
    assert main([*ARGUMENTS, "--yes"]) == 2
    assert terraform.asked("apply") == []
    assert "aws_s3_bucket.it" in capsys.readouterr().err


def test_a_repository_of_another_form_is_refused(folder: Path, terraform: PlayedTerraform, capsys: Any) -> None:
    assert main(["bootstrap", "--repository", "acme", "--region", "us-east-1"]) == 2
    assert "allowed is owner/name" in capsys.readouterr().err
    assert terraform.asked("init") == []
