"""What Terraform itself does and says, on a plan that needs no provider and no AWS."""

from __future__ import annotations

import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from local.errors import RunError
from local.terraform.binary import find_binary
from ops.environment.changes import Changes
from ops.environment.terraform import SAVED_PLAN, Terraform
from ops.errors import FailedError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.terraform
LOCK_SECONDS = 30


def write(folder: Path, value: str, state: str = "first.tfstate") -> None:
    plan = {
        "terraform": {"backend": {"local": {"path": state}}},
        "resource": {"terraform_data": {"it": {"input": value}, "once": {"triggers_replace": [value]}}},
        "output": {"stream_name": {"value": "readings"}},
    }
    (folder / "cdk.tf.json").write_text(json.dumps(plan))


@pytest.fixture
def terraform(tmp_path: Path) -> Terraform:
    try:
        binary = find_binary()
    except RunError as reason:
        pytest.skip(str(reason))
    write(tmp_path, "one")
    made = Terraform(tmp_path, binary, {**os.environ, "CHECKPOINT_DISABLE": "1"})
    made.initialise()
    return made


def test_a_plan_is_saved_applied_once_and_then_finds_nothing(terraform: Terraform) -> None:
    assert terraform.plan()
    assert Changes.of(terraform.saved()).summary() == "2 to create"
    terraform.apply()
    assert {each["address"] for each in terraform.resources()} == {"terraform_data.it", "terraform_data.once"}
    assert terraform.outputs()["stream_name"]["value"] == "readings"
    assert not terraform.plan()


def test_a_replacement_names_what_forces_it(terraform: Terraform) -> None:
    terraform.plan()
    terraform.apply()
    write(terraform.folder, "two")
    assert terraform.plan()
    lines = list(Changes.of(terraform.saved()).lines(coloured=False))
    assert lines[-1] == "1 to change, 1 to replace"
    assert any(line.startswith("replace terraform_data.once because of triggers_replace") for line in lines)


def test_a_plan_that_is_older_than_the_state_is_refused(terraform: Terraform) -> None:
    terraform.plan()
    reviewed = (terraform.folder / SAVED_PLAN).read_bytes()
    terraform.apply()
    (terraform.folder / SAVED_PLAN).write_bytes(reviewed)
    with pytest.raises(FailedError, match="the plan is older than the state"):
        terraform.apply()


def test_a_destroy_of_single_targets_leaves_the_rest(terraform: Terraform) -> None:
    terraform.plan()
    terraform.apply()
    assert terraform.plan("-destroy", "-target=terraform_data.it")
    terraform.apply()
    assert [each["address"] for each in terraform.resources()] == ["terraform_data.once"]


def test_a_state_moves_to_where_the_plan_wants_it(terraform: Terraform) -> None:
    terraform.plan()
    terraform.apply()
    write(terraform.folder, "one", state="second.tfstate")
    terraform.move_state()
    assert (terraform.folder / "second.tfstate").exists()
    assert not terraform.plan()


def test_a_locked_state_names_who_holds_it(terraform: Terraform) -> None:
    # Given an apply that ends when a file appears
    plan = json.loads((terraform.folder / "cdk.tf.json").read_text())
    waiting = [{"local-exec": {"command": f"while [ ! -e {terraform.folder}/enough ]; do sleep 0.1; done"}}]
    plan["resource"]["terraform_data"]["slow"] = {"input": "x", "provisioner": waiting}
    (terraform.folder / "cdk.tf.json").write_text(json.dumps(plan))
    command = [str(terraform.binary.path), "apply", "-auto-approve", "-input=false"]
    with subprocess.Popen(command, cwd=terraform.folder, stdout=subprocess.DEVNULL) as holder:
        try:
            _wait_for(terraform.folder / ".first.tfstate.lock.info")
            with pytest.raises(FailedError, match=r"the state is locked by .*@.* since .*force-unlock [0-9a-f-]{36}"):
                terraform.plan("-lock-timeout=0s")
        finally:
            (terraform.folder / "enough").touch()
    assert holder.returncode == 0


def _wait_for(file: Path) -> None:
    deadline = time.monotonic() + LOCK_SECONDS
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} did not appear"
        time.sleep(0.1)
