"""The tests that a change touches, the nearest first, as many as fit into half a minute."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tools.suite.graph import ROOT, ImportGraph
from tools.suite.parts import APART, SELF_CONTAINED, Part
from tools.suite.runner import CORES, LOGS, run_all

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 18.0
"""From the beginning until no further test is begun: what is under way then, and the closing lines, need the rest."""
FILES_AT_MOST = 60
"""Of each process: collecting more would take the time of running them."""


def quick(since: str) -> int:
    """Run the tests that need a file which differs from the commit `since`; 0 when none of them failed."""
    until = time.time() + SECONDS
    changed = changed_files(since)
    if not changed:
        print(f"nothing differs from {since}; name an earlier commit with SINCE=...")
        return 0
    tests = [test for test in ImportGraph().tests_of(changed) if test.parts[1] not in APART]
    print(f"{len(changed)} changed files, {len(tests)} files with tests that need them")
    parts = split(tests, until)
    status = run_all(parts) if parts else 0
    left_out = sum(len(tests[n::CORES][FILES_AT_MOST:]) for n in range(CORES))
    unrun = sum(_left_out(LOGS / f"{part.name.replace(' ', '-')}.log") for part in parts)
    if left_out or unrun:
        print(f"not run for want of time: {unrun} tests and {left_out} files; 'make unit' runs them")
    return status


def split(tests: Sequence[Path], until: float) -> list[Part]:
    """The tests in as many parts as run at once, each in the order of nearness."""
    shares = [tests[n::CORES][:FILES_AT_MOST] for n in range(CORES)]
    options = ("-p", "tests.support.budget", f"--until={until}", *SELF_CONTAINED)
    return [
        Part(f"quick {number}", (*options, *map(str, share))) for number, share in enumerate(shares, start=1) if share
    ]


def changed_files(since: str) -> list[Path]:
    """Paths that differ from the commit, with those that git does not know yet; deleted ones as well."""
    commands = (["diff", "--name-only", "--relative", since], ["ls-files", "--others", "--exclude-standard"])
    names: set[str] = set()
    for command in commands:
        done = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
        names.update(done.stdout.splitlines())
    return sorted(map(Path, names))


def _left_out(log: Path) -> int:
    found = re.search(r"^(\d+) left out$", log.read_text(encoding="utf-8"), re.MULTILINE)
    return int(found[1]) if found else 0
