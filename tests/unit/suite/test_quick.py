"""The tests that a change touches: what differs, how it is shared out, and what is left out."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tools.suite import quick as module
from tools.suite.quick import FILES_AT_MOST, changed_files, quick, split
from tools.suite.runner import CORES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tools.suite.parts import Part

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A commit with three files; then one is changed, one deleted, and one added."""

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=test", "-c", "user.email=test@example.com")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    for name in ("same.py", "changed.py", "deleted.py"):
        (tmp_path / name).write_text("X = 1\n")
    git("add", "--all")
    git("commit", "--message", "Begin")
    (tmp_path / "changed.py").write_text("X = 2\n")
    (tmp_path / "deleted.py").unlink()
    (tmp_path / "added.py").write_text("X = 3\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def test_changed_deleted_and_unknown_files_differ(repository: Path) -> None:
    assert changed_files("HEAD") == [Path("added.py"), Path("changed.py"), Path("deleted.py")]


def test_shares_keep_the_order_and_are_bounded() -> None:
    tests = [Path(f"tests/unit/test_{number:03}.py") for number in range((CORES + 1) * FILES_AT_MOST)]
    parts = split(tests, 12.5)
    named = [[each for each in part.arguments if each.endswith(".py")] for part in parts]
    assert len(parts) == CORES
    assert all(share == sorted(share) and len(share) == FILES_AT_MOST for share in named)
    assert all("--until=12.5" in part.arguments for part in parts)


def test_without_a_test_there_is_no_part() -> None:
    assert split([], 1.0) == []


class Graph:
    def tests_of(self, _changed: object) -> dict[Path, int]:
        return dict.fromkeys(map(Path, ["tests/unit/test_a.py", "tests/e2e/test_b.py", "tests/install/test_c.py"]), 1)


def test_only_tests_that_need_no_stack_are_run(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[str] = []

    def run(parts: Sequence[Part]) -> int:
        ran.extend(each for part in parts for each in part.arguments if each.endswith(".py"))
        for part in parts:
            (repository / f"{part.name.replace(' ', '-')}.log").write_text("1 passed in 0.1s\n7 left out\n")
        return 1

    monkeypatch.setattr(module, "CORES", 2)
    monkeypatch.setattr(module, "ImportGraph", Graph)
    monkeypatch.setattr(module, "run_all", run)
    monkeypatch.setattr(module, "LOGS", repository)

    assert quick("HEAD") == 1
    assert "tests/e2e/test_b.py" not in ran
    assert "tests/unit/test_a.py" in ran
    assert "not run for want of time: 14 tests and 0 files" in capsys.readouterr().out


def test_nothing_changed_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    nothing: Any = lambda _since: []  # noqa: E731
    monkeypatch.setattr(module, "changed_files", nothing)
    assert quick("HEAD~3") == 0
    assert "nothing differs from HEAD~3" in capsys.readouterr().out


@pytest.mark.parametrize(("seconds", "closing"), [(-1, "2 left out"), (600, "1 failed, 1 passed")])
def test_no_test_begins_after_the_time_is_up(tmp_path: Path, seconds: int, closing: str) -> None:
    """Those that were left out are counted, and are no failures."""
    (tmp_path / "test_two.py").write_text("def test_1(): pass\ndef test_2(): assert 0\n")
    options = ("-q", "-p", "no:cacheprovider", "-p", "tests.support.budget", f"--until={time.time() + seconds}")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert any(line.startswith(closing) for line in done.stdout.splitlines()), done.stdout
    assert ("failed" in done.stdout) is (seconds > 0)
