"""Pipenv installs the Pipfile, and what it installed synthesizes.

A full installation downloads and unpacks 1.5 GB, which takes Pipenv minutes. So the environment has all packages from
the beginning except for one: Pipenv looks at each requirement, accepts what fits, and installs the rest.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.install.environment import ROOT, UV, Environment

if TYPE_CHECKING:
    from pathlib import Path

PIPENV = "pipenv==2026.10.3"
MISSING = "pytest-timeout"
"""A small package without requirements that others do not have."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Pipfile."""
    folder = tmp_path_factory.mktemp("pipenv")
    shutil.copy(ROOT / "Pipfile", folder)
    return folder


@pytest.fixture(scope="module")
def environment(project: Path) -> Environment:
    made = Environment(project / ".venv")
    made.borrow(without=MISSING.replace("-", "_"))
    return made


def pipenv(environment: Environment, project: Path, *arguments: str) -> str:
    command = (UV, "tool", "run", "--from", PIPENV, "pipenv", *arguments)
    variables = {"PIPENV_VENV_IN_PROJECT": "1", "PIPENV_NOSPIN": "1", "PIP_NO_COMPILE": "1", "COLUMNS": "500"}
    return environment.run(*command, folder=project, variables=variables)


@pytest.fixture(scope="module")
def installed(environment: Environment, project: Path) -> Environment:
    """The environment after `pipenv install`."""
    assert metadata_of(environment) == set()
    pipenv(environment, project, "install", "--dev", "--skip-lock")
    return environment


def metadata_of(environment: Environment) -> set[str]:
    """The distributions that are not borrowed."""
    return {path.name for path in environment.packages.glob("*.dist-info") if not path.is_symlink()}


def test_pipenv_installs_exactly_what_is_missing(installed: Environment) -> None:
    version = tomllib.loads((ROOT / "Pipfile").read_text(encoding="utf-8"))["dev-packages"][MISSING]
    assert metadata_of(installed) == {f"{MISSING.replace('-', '_')}-{version.removeprefix('==')}.dist-info"}


def test_the_python_of_pipenv_runs_the_app(installed: Environment, project: Path, tmp_path: Path) -> None:
    python = pipenv(installed, project, "--py").strip()
    assert python == str(installed.python)
    app = json.loads((ROOT / "cdktf.json").read_text(encoding="utf-8"))["app"].split()
    assert installed.synthesize(tmp_path, python, *app[1:]) > 20
