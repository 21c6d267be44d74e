"""cdktf.json's command finds the Python that has the requirements, whichever environment calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
STUB = "import os; print(os.environ['NAME'])"
PACKAGES = ("cdktf", "cdktf_cdktf_provider_aws", "constructs", "msgspec")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout whose main.py only says which Python runs it."""
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "app.py").write_text((ROOT / "tools" / "app.py").read_text())
    (tmp_path / "main.py").write_text(STUB)
    return tmp_path


def python(folder: Path, *, ready: bool) -> Path:
    """A Python of its own, with or without the requirements."""
    packages = folder / "packages"
    for name in PACKAGES if ready else ():
        (packages / name).mkdir(parents=True, exist_ok=True)
        (packages / name / "__init__.py").touch()
    program = folder / "bin" / "python"
    program.parent.mkdir(parents=True)
    # -I leaves out what this test's own environment has; -S its site-packages.
    script = f'#!/bin/sh\nNAME="{program}" PYTHONPATH="{packages}" exec {sys.executable} -S "$@"\n'
    program.write_text(script)
    program.chmod(0o755)
    return program


def run(starter: Path, project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {"PATH": "/usr/bin:/bin", "HOME": os.environ.get("HOME", "/"), **environment}
    return subprocess.run(
        [str(starter), "tools/app.py"], cwd=project, env=plain, capture_output=True, text=True, check=False
    )


def ran(result: subprocess.CompletedProcess[str]) -> Path:
    """Which Python main.py ran with."""
    assert (result.returncode, result.stderr) == (0, "")
    return Path(result.stdout.strip())


def test_cdktf_json_starts_it_with_any_python() -> None:
    assert json.loads((ROOT / "cdktf.json").read_text())["app"] == "python3 tools/app.py"


def test_the_calling_python_is_used_when_it_is_ready(project: Path, tmp_path: Path) -> None:
    calling = python(tmp_path / "ci", ready=True)
    assert ran(run(calling, project)) == calling


@pytest.mark.parametrize("where", [".venv", "active"])
def test_another_environment_is_found(project: Path, tmp_path: Path, where: str) -> None:
    folder = project / ".venv" if where == ".venv" else tmp_path / "active"
    ready = python(folder, ready=True)
    system = python(tmp_path / "system", ready=False)
    environment = {"VIRTUAL_ENV": str(folder)} if where == "active" else {}
    assert ran(run(system, project, **environment)) == ready


def test_pipenvs_environment_is_found(project: Path, tmp_path: Path) -> None:
    ready = python(tmp_path / "pipenv-environment", ready=True)
    command = tmp_path / "commands" / "pipenv"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\necho {ready}\n")
    command.chmod(0o755)
    system = python(tmp_path / "system", ready=False)
    assert ran(run(system, project, PATH=f"{command.parent}:/usr/bin:/bin")) == ready


def test_without_any_one_line_says_what_to_do(project: Path, tmp_path: Path) -> None:
    python(project / ".venv", ready=False)
    result = run(python(tmp_path / "system", ready=False), project)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("no Python 3.11 or newer with the requirements was found: run 'make setup'")
    assert result.stderr.count("\n") == 1
