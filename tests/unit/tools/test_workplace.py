"""A mutant is judged in a copy of the project, by the tests that need the changed file."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from tools.mutants.__main__ import Trial, describe, sample
from tools.mutants.mutations import Mutant
from tools.mutants.workplace import Verdict, Workplace

CODE = Path("mutated.py")
TEST = Path("test_mutated.py")
SETTINGS = "[tool.pytest.ini_options]\nmarkers = ['e2e', 'terraform']\npythonpath = ['.']\n"


@pytest.fixture
def root(tmp_path):
    """A small project with a rule, a test of it, and a file that git ignores."""
    root = tmp_path / "project"
    (root / ".build").mkdir(parents=True)
    (root / ".gitignore").write_text("secret\n")
    (root / "secret").write_text("")
    (root / "pyproject.toml").write_text(SETTINGS)
    (root / CODE).write_text("LIMIT = 5\nUNTESTED = 5\n")
    (root / TEST).write_text("import mutated\n\n\ndef test_limit():\n    assert mutated.LIMIT == 5\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return root


@pytest.fixture
def workplace(root, tmp_path):
    (tmp_path / "copy").mkdir()
    return Workplace(root, tmp_path / "copy")


@pytest.mark.parametrize(
    ("text", "killed"),
    [("LIMIT = 6\nUNTESTED = 5\n", True), ("LIMIT = 5\nUNTESTED = 6\n", False), ("LIMIT = 5 +\n", True)],
)
def test_a_mutant_is_killed_by_a_failing_test(text, killed, workplace):
    verdict = workplace.judge(CODE, text, [TEST])

    assert verdict.killed == killed
    assert ("test_limit" in verdict.by) == (text == "LIMIT = 6\nUNTESTED = 5\n")


def test_the_project_is_never_changed(root, workplace, tmp_path):
    before = (root / CODE).read_text()

    workplace.judge(CODE, "LIMIT = 6\n", [TEST])

    assert (root / CODE).read_text() == before
    assert (tmp_path / "copy" / CODE).read_text() == before
    assert not (tmp_path / "copy" / "secret").exists()


def test_a_file_without_tests_kills_nothing(workplace):
    (workplace._folder / "test_none.py").write_text("")

    assert not workplace.judge(CODE, "LIMIT = 6\n", [Path("test_none.py")]).killed
    assert not workplace.judge(CODE, "LIMIT = 6\n", []).killed


def test_a_seed_gives_the_same_mutants_again():
    first, again, other = (sample(5, random.Random(seed), ["local/mapping"]) for seed in (3, 3, 4))

    assert [trial.mutant for trial in first] == [trial.mutant for trial in again]
    assert [trial.mutant for trial in first] != [trial.mutant for trial in other]
    assert all(trial.path.is_relative_to("local/mapping") and trial.tests for trial in first)


def test_no_trial_has_tests_that_need_a_deployment():
    trials = sample(300, random.Random(1), ["lambda_src/query_api"])

    assert not {test.parts[1] for trial in trials for test in trial.tests} & {"integration", "e2e", "scan"}


def test_a_survivor_is_shown_with_its_change():
    path = Path("tools/mutants/__init__.py")
    trial = Trial(path, Mutant(1, "'''other'''\n"), "first\n", [])

    shown = describe(trial, Verdict(killed=False, by="", ran=12))

    assert shown.startswith("SURVIVED  tools/mutants/__init__.py:1  12 tests")
    assert shown.endswith("    -first\n    +'''other'''")
    assert describe(trial, Verdict(killed=True, by="test_x", ran=1)).startswith("killed")
