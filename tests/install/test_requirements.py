"""What the comments of the requirements files promise, in an environment that has nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.install.environment import Environment

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def synthesizing(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """`pip install -r requirements.txt`."""
    made = Environment(tmp_path_factory.mktemp("requirements") / "venv")
    made.install("requirements.txt")
    return made


@pytest.fixture(scope="module")
def developing(synthesizing: Environment) -> Environment:
    """`pip install -r requirements-dev.txt` into the same environment."""
    synthesizing.install("requirements-dev.txt")
    return synthesizing


def test_requirements_txt_is_enough_to_synthesize(synthesizing: Environment, tmp_path: Path) -> None:
    assert not list(synthesizing.packages.glob("pytest*"))
    assert synthesizing.synthesize(tmp_path, str(synthesizing.python), "main.py") > 20


def test_requirements_dev_txt_is_enough_for_the_unit_tests(developing: Environment) -> None:
    pytest_ = (str(developing.python), "-m", "pytest", "-q", "-p", "no:cacheprovider")
    collected = developing.run(*pytest_, "--collect-only", "tests/unit")
    assert " tests collected in " in collected
    ran = developing.run(*pytest_, "tests/unit/functions/test_judge_and_intake.py", "tests/unit/lib/test_topics.py")
    assert " passed in " in ran
