"""The workflows do nothing but make targets, with pinned actions, no stored keys and least permissions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tools.workflows import __main__ as linters

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [*WORKFLOWS, ROOT / ".github" / "actions" / "setup" / "action.yml"]
PINNED = re.compile(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}")
TARGETS = set(re.findall(r"^([a-z0-9-]+): ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
GRANTS = {
    "checks.yml": {"contents"},
    "plan.yml": {"contents", "id-token", "pull-requests"},
    "preview.yml": {"contents", "id-token"},
    "deploy.yml": {"contents", "id-token"},
    "deploy-environment.yml": {"contents", "id-token"},
    "nightly.yml": {"contents", "id-token", "issues", "pull-requests"},
}
"""What the jobs of a workflow may be granted; this gate is deliberate."""


def document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def jobs(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = document(path).get("jobs", {})
    return found


def steps(path: Path) -> Iterator[dict[str, Any]]:
    runs = document(path).get("runs")
    if runs:
        yield from runs["steps"]
    for job in jobs(path).values():
        yield from job.get("steps", ())


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_command_is_a_make_target_or_asks_github(path: Path) -> None:
    commands = [step["run"] for step in steps(path) if "run" in step]
    called = [re.match(r"make ([a-z0-9-]+)", command) for command in commands if not command.startswith("gh ")]
    assert None not in called, commands
    assert {match[1] for match in called if match} <= TARGETS


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_action_is_pinned_by_a_commit(path: Path) -> None:
    used = [step["uses"] for step in steps(path) if "uses" in step]
    used += [job["uses"] for job in jobs(path).values() if "uses" in job]
    assert [action for action in used if not (PINNED.fullmatch(action) or action.startswith("./.github/"))] == []
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if PINNED.search(line)]
    assert [line for line in lines if not re.search(r"@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line)] == []


def test_one_action_has_one_commit() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
    pinned = set(re.findall(r"([\w.-]+/[\w.-]+)@([0-9a-f]{40})", text))
    assert len({action for action, _ in pinned}) == len(pinned)


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_no_job_has_more_permissions_than_listed(path: Path) -> None:
    assert document(path)["permissions"] == {}
    granted = {key for job in jobs(path).values() for key in job["permissions"]}
    assert granted == GRANTS[path.name]
    writes = {key for job in jobs(path).values() for key, value in job["permissions"].items() if value == "write"}
    assert "contents" not in writes


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_workflow_has_a_stored_key(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "aws-access-key-id" not in text


@pytest.mark.parametrize("path", WORKFLOWS, ids=name)
def test_every_job_ends_and_forgets_its_token(path: Path) -> None:
    for job in jobs(path).values():
        assert "uses" in job or job["timeout-minutes"] <= 120
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_only_the_plan_role_is_assumed_without_approval() -> None:
    for path in WORKFLOWS:
        for job in jobs(path).values():
            roles = [
                step["with"]["role-to-assume"]
                for step in job.get("steps", ())
                if "role-to-assume" in step.get("with", {})
            ]
            for role in roles:
                planning = role.endswith("role/terraform-plan")
                assert planning == str(job["environment"]).endswith("-plan"), (path.name, role)


def test_prod_comes_after_staging_and_staging_after_dev() -> None:
    found = jobs(ROOT / ".github" / "workflows" / "deploy.yml")
    assert {name: job.get("needs") for name, job in found.items()} == {"dev": None, "staging": "dev", "prod": "staging"}


def test_an_environment_is_changed_by_one_run_at_a_time() -> None:
    found = jobs(ROOT / ".github" / "workflows" / "deploy-environment.yml")
    groups = {str(job["concurrency"]) for job in found.values()}
    assert groups == {"{'group': 'terraform-${{ inputs.environment }}', 'cancel-in-progress': False}"}


def test_actionlint_and_zizmor_find_nothing() -> None:
    assert linters.main() == 0


@pytest.mark.parametrize(
    ("step", "linter"),
    [
        ("run: echo ${{ github.event.head_commit.message }}", "actionlint"),
        ("run: echo ${{ github.event.head_commit.message }}", "zizmor"),
        ("uses: actions/checkout@v5", "zizmor"),
    ],
)
def test_a_dangerous_step_is_found(step: str, linter: str, tmp_path: Path) -> None:
    linters.install()
    (tmp_path / "zizmor.yml").write_text("rules: {}\n")
    (tmp_path / "workflows").mkdir()
    job = f"jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - {step}\n"
    (tmp_path / "workflows" / "bad.yml").write_text(f"on: push\n{job}")
    status = linters.zizmor(tmp_path) if linter == "zizmor" else linters.actionlint(tmp_path / "workflows")
    assert status != 0
