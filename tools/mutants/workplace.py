"""A copy of the project in which one mutant at a time is tried, so that the project itself is never changed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECONDS_A_TEST = 120
SECONDS = 1_200
"""The longest that all tests of one mutant may take."""
SCHEDULES = 100
"""Of the model: a mutant that lives so long is mostly equivalent, and each run of the model costs minutes."""
OF_TESTS = "tests/model/test_seeded_faults.py"
"""Shows that the model can fail, and says nothing about the product."""
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - |$)", re.MULTILINE)
_RAN = re.compile(r"\b(\d+) (?:passed|failed|errors?)\b")


class Verdict(NamedTuple):
    """What the tests said: whether one failed, which, and how many ran."""

    killed: bool
    by: str
    ran: int


class Workplace:
    """The project's tracked files, copied into ``folder``; the environment and the built layer are shared."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._root, self._folder = root, folder
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
            cwd=root,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (root / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(root / name, folder / name)
        shutil.copytree(root / ".build", folder / ".build", dirs_exist_ok=True)

    def judge(self, path: Path, text: str, tests: Sequence[Path]) -> Verdict:
        """Run the tests, in this order and up to the first that fails, with ``text`` as the file's content."""
        original = (self._folder / path).read_text(encoding="utf-8")
        (self._folder / path).write_text(text, encoding="utf-8")
        try:
            return self._run([str(test) for test in tests])
        finally:
            (self._folder / path).write_text(original, encoding="utf-8")

    def passes(self, test: str) -> bool:
        """Whether a test passes without any mutant, in all its cases; one that does not can kill none."""
        return not self._run([test.partition("[")[0]]).killed

    def _run(self, tests: Sequence[str]) -> Verdict:
        if not tests:
            # Without a name pytest would run everything.
            return Verdict(killed=False, by="", ran=0)
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-x", "-m", "not e2e and not terraform"]
        command += ["-p", "no:cacheprovider", "-p", "no:randomly", f"--timeout={SECONDS_A_TEST}", "--tb=no"]
        command += [test for test in tests if test != OF_TESTS]
        environment = {**os.environ, "MODEL_SCHEDULES": str(SCHEDULES)}
        try:
            done = subprocess.run(
                command,
                cwd=self._folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Verdict(killed=True, by="the time limit", ran=0)
        failed = _FAILED.search(done.stdout)
        by = failed[1] if failed else " ".join((done.stdout + done.stderr).split())[-200:]
        # 5: no test is left once the end-to-end tests are.
        return Verdict(done.returncode not in (0, 5), by, sum(int(count) for count in _RAN.findall(done.stdout)))
