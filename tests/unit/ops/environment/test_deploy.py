"""A deploy shows what it does and asks before data is lost; a saved plan is applied as it was reviewed."""

from __future__ import annotations

import json

import pytest

from tests.unit.ops.environment.conftest import change

CREATED = change("aws_sns_topic", "create")
LOST = change("aws_dynamodb_table", "delete", "create")


def test_a_plan_is_saved_and_nothing_is_applied(run, terraform) -> None:
    terraform.tell(changes=[CREATED, change("aws_iam_role", "update"), change("aws_iam_role", "no-op", name="same")])
    status, out, _ = run("plan")
    assert status == 0
    assert out.splitlines()[-1] == "1 to create, 1 to change"
    assert "same" not in out
    assert terraform.asked("apply") == []


def test_losses_stand_first_and_say_what_is_lost(run, terraform, tmp_path) -> None:
    terraform.tell(changes=[CREATED, LOST])
    page = tmp_path / "plan.md"
    _, out, _ = run("plan", "--markdown", str(page))
    assert out.splitlines()[0] == "replace aws_dynamodb_table.it because of name: loses its items"
    text = page.read_text()
    assert text.index("Data is lost") < text.index("other changes")


def test_a_deploy_applies_the_plan_and_writes_the_outputs(run, terraform, tmp_path) -> None:
    terraform.tell(changes=[CREATED], outputs={"stream_name": "s"})
    assert run("deploy", "--yes")[0] == 0
    assert len(terraform.asked("apply")) == 1
    assert json.loads((tmp_path / "cfn-outputs" / "flat-outputs.json").read_text()) == {"stream_name": "s"}


def test_the_outputs_of_what_stands_are_written(run, terraform, tmp_path) -> None:
    terraform.tell(outputs={"stream_name": "s", "region": "us-east-1"})
    status, out, _ = run("outputs")
    written = json.loads((tmp_path / "cfn-outputs" / "flat-outputs.json").read_text())
    assert (status, written) == (0, {"stream_name": "s", "region": "us-east-1"})
    assert out.endswith("2 outputs\n")
    assert terraform.asked("apply") == []


def test_a_deploy_without_a_terminal_needs_a_word(run, terraform) -> None:
    terraform.tell(changes=[CREATED])
    status, _, error = run("deploy")
    assert (status, terraform.asked("apply")) == (2, [])
    assert "--yes or --saved" in error


def test_a_deploy_of_nothing_new_applies_nothing(run, terraform) -> None:
    status, out, _ = run("deploy", "--yes")
    assert (status, out, terraform.asked("apply")) == (0, "no changes\n", [])


@pytest.mark.parametrize(
    ("environment", "given", "applied"),
    [("dev", 0, False), ("dev", 1, True), ("prod", 1, False), ("prod", 2, True)],
)
def test_data_is_lost_only_when_allowed(environment, given, applied, run, terraform) -> None:
    terraform.tell(changes=[LOST], outputs={"stream_name": "s"})
    status, _, error = run("deploy", "--environment", environment, "--yes", *["--allow-data-loss"] * given)
    assert bool(terraform.asked("apply")) == applied
    assert status == (0 if applied else 2)
    assert ("aws_dynamodb_table.it" in error) != applied


def test_a_saved_plan_is_applied_without_another_plan(run, terraform) -> None:
    terraform.tell(changes=[CREATED], outputs={"stream_name": "s"})
    run("plan")
    assert run("deploy", "--saved")[0] == 0
    assert len(terraform.asked("plan")) == 1
    assert len(terraform.asked("apply")) == 1


def test_a_saved_plan_of_another_environment_is_refused(run, terraform, tmp_path) -> None:
    run("plan")
    note = tmp_path / "work" / "dev-us-east-1" / "stacks" / "TapStackdev" / "saved.json"
    note.write_text(json.dumps({"environment": "prod", "account": "1", "region": "us-east-1"}))
    status, _, error = run("deploy", "--saved")
    assert (status, terraform.asked("apply")) == (2, [])
    assert "the saved plan is for" in error


def test_a_missing_saved_plan_says_how_to_make_one(run) -> None:
    status, _, error = run("deploy", "--saved")
    assert status == 2
    assert "run 'make plan ENV=dev' first" in error


def test_a_stale_plan_says_to_plan_again(run, terraform) -> None:
    terraform.tell(changes=[CREATED])
    run("plan")
    terraform.tell(failures={"apply": "Error: Saved plan is stale"})
    status, _, error = run("deploy", "--saved")
    assert status == 1
    assert "run 'make plan' again" in error


@pytest.mark.parametrize(("changes", "status"), [([], 0), ([CREATED], 1)])
def test_drift_is_an_exit_status(changes, status, run, terraform) -> None:
    terraform.tell(changes=changes)
    assert run("drift")[0] == status
    assert terraform.asked("apply") == []
