"""The repository's conventions: files that tools and people look for say what the repository has."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
"""SHA-256 of the licence's text as the Apache Software Foundation publishes it."""
PIN = re.compile(r"^([A-Za-z0-9._-]+)==\S+", re.MULTILINE)


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_licence_is_the_unchanged_apache_licence() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2
    assert tomllib.loads(text("pyproject.toml"))["project"]["license"] == "Apache-2.0"


def test_every_locked_version_has_a_hash() -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", text("requirements.lock"), flags=re.MULTILINE)
    locked = [entry for entry in entries if entry.strip()]
    assert len(locked) > 100
    assert [entry.splitlines()[0] for entry in locked if "--hash=sha256:" not in entry] == []


def test_a_commit_hook_runs_the_checks_of_make_check() -> None:
    (repo,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    assert [hook["entry"] for hook in repo["hooks"]] == ["make check"]


def test_every_owned_path_exists() -> None:
    lines = [line.split() for line in text(".github/CODEOWNERS").splitlines() if line and not line.startswith("#")]
    assert lines[0][0] == "*"
    assert all(len(line) > 1 and line[1].startswith("@") for line in lines)
    missing = [path for path, *_ in lines[1:] if not (ROOT / path.strip("/")).exists()]
    assert missing == []


def test_updates_group_only_packages_that_are_pinned() -> None:
    pinned = {name for path in ROOT.glob("requirements*.txt") for name in PIN.findall(path.read_text())}
    pinned |= {name.partition("[")[0] for name in re.findall(r"^([a-z0-9-]+)\[", text("requirements-dev.txt"), re.M)}
    rules = json.loads(text("renovate.json"))["packageRules"]
    grouped = {name for rule in rules for name in rule.get("matchPackageNames", ())}
    assert grouped - pinned == set()


@pytest.mark.parametrize("path", ["Makefile", "tests/scan/findings.py"])
def test_updates_find_the_tools_that_run_on_their_own(path: str) -> None:
    (manager,) = json.loads(text("renovate.json"))["customManagers"]
    pattern = manager["matchStrings"][0].replace("(?<", "(?P<")
    found = {match["depName"] for match in re.finditer(pattern, text(path))}
    wanted = set(re.findall(r"\b(cyclonedx-bom|pip-licenses|checkov)==", text(path)))
    assert wanted
    assert wanted <= found


def test_tracked_files_follow_the_editor_settings() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    wrong = []
    for name in listed.splitlines():
        path = ROOT / name
        if path.suffix not in {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".txt"} or not path.is_file():
            continue
        content = path.read_bytes()
        if name.startswith("tests/data/") or not content:
            continue
        if b"\r\n" in content or not content.endswith(b"\n") or re.search(rb"[ \t]\n", content):
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("form", ["bug", "change"])
def test_an_issue_form_asks_at_least_one_question(form: str) -> None:
    asked = yaml.safe_load(text(f".github/ISSUE_TEMPLATE/{form}.yml"))["body"]
    assert [field["id"] for field in asked if field.get("validations", {}).get("required")]


def test_the_threat_model_names_files_that_exist() -> None:
    named = re.findall(r"`((?:lib|lambda_src|tests|requirements)[\w./-]*)`", text("SECURITY.md"))
    assert len(named) >= 5
    assert [path for path in named if not (ROOT / path).exists()] == []
