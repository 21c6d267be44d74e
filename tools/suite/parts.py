"""The suite, cut into parts that can run side by side, each a process of pytest.

A part of the unit tests is a folder; a part of the end-to-end tests is an applied stack, or what needs none. Folders
and stacks are looked up and not listed: a new one is a part by itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.e2e.test_runs import RUN_CASES, RUN_TEST
from tests.support.embedded import NO_STACK, STACKS
from tools.suite.graph import ROOT, is_test

if TYPE_CHECKING:
    from pathlib import Path

RUNS_FILE = "tests/e2e/test_runs.py"
END_TO_END = ("tests/e2e", "tests/scan")
RUNS = f"{RUNS_FILE}::{RUN_TEST}"
APART = {"e2e", "scan", "integration"}
"""Folders that are no unit tests; `tests/integration` runs against a live deployment only."""
SELF_CONTAINED = ("-m", "not terraform and not e2e and not network")
"""Tests that need neither Terraform nor the embedded AWS nor a network."""


@dataclass(frozen=True)
class Part:
    """What to give to pytest. ``patient`` parts mostly wait, and need no core of their own."""

    name: str
    arguments: tuple[str, ...]
    patient: bool = False


def unit_parts(root: Path = ROOT) -> list[Part]:
    """A part for each folder of tests that need no applied stack, the one with the most files first."""
    files = [path.relative_to(root) for path in (root / "tests").rglob("*.py")]
    folders = Counter(_folder(path) for path in files if is_test(path) and path.parts[1] not in APART)
    return [Part(folder.removeprefix("tests/"), (folder,)) for folder, _ in folders.most_common()]


def end_to_end_parts() -> list[Part]:
    """A part for each run, one for each applied stack, and one for what needs no stack."""
    stacks = [Part(f"e2e {preset}", (*END_TO_END, "--stack", name), patient=True) for name, preset in STACKS.items()]
    rest = Part("e2e without a stack", (*END_TO_END, "--stack", NO_STACK, "--deselect", RUNS), patient=True)
    runs = [Part(f"e2e run {case}", (f"{RUNS}[{case}]",), patient=True) for case in RUN_CASES]
    # The longest first: what is begun last should not be what everything else waits for.
    return [*stacks, *runs, rest]


def _folder(path: Path) -> str:
    """``tests/unit/ops`` for all below it, one level less outside of ``unit``; a file of ``tests/unit`` is a part."""
    return "/".join(path.parts[: 3 if path.parts[1] == "unit" else 2])
