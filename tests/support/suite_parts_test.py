"""The parts of the suite hold every test, and their counts add up to one closing line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.test_runs import RUN_CASES, RUN_TEST
from tests.support.embedded import STACKS
from tools.suite.graph import ROOT, ImportGraph, is_test
from tools.suite.parts import APART, RUNS, Part, end_to_end_parts, unit_parts
from tools.suite.runner import Outcome, closing_line, counts_of


def test_every_unit_test_file_is_in_one_part() -> None:
    files = [path.relative_to(ROOT) for path in (ROOT / "tests").rglob("*.py")]
    folders = [Path(part.arguments[0]) for part in unit_parts()]
    for file in files:
        if is_test(file) and file.parts[1] not in APART:
            assert sum(file.is_relative_to(folder) for folder in folders) == 1, file


def test_every_applied_stack_has_a_part() -> None:
    named = [argument for part in end_to_end_parts() for argument in part.arguments]
    assert set(STACKS) <= set(named)


def test_every_run_is_in_one_part() -> None:
    arguments = [argument for part in end_to_end_parts() for argument in part.arguments]
    for case in RUN_CASES:
        assert sum(argument.endswith(f"::{RUN_TEST}[{case}]") for argument in arguments) == 1
    assert arguments.count(RUNS) == 1, "the part without a stack leaves the runs out"


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("3 passed in 1.20s", {"passed": 3}),
        (
            "== 1 failed, 2 passed, 3 deselected, 2 errors in 301.93s (0:05:01) ==",
            {"failed": 1, "passed": 2, "error": 2},
        ),
        ("5 deselected in 0.10s", {}),
        ("Segmentation fault", {}),
    ],
)
def test_counts_come_from_the_closing_line(line: str, counts: dict[str, int]) -> None:
    assert counts_of(f"...\n{line}\n") == counts


def outcome(status: int, **counts: int) -> Outcome:
    return Outcome(Part("one", ()), status, counts, 1.0, Path("log"))


def test_the_closing_line_adds_up_and_counts_errors_as_failures() -> None:
    outcomes = [outcome(0, passed=3, xfailed=1), outcome(1, passed=2, failed=1, error=2, skipped=1)]
    assert closing_line(outcomes) == "6 passed, 3 failed, 1 skipped"


def test_a_part_that_crashed_is_a_failure() -> None:
    assert closing_line([outcome(0, passed=1), outcome(3)]) == "1 passed, 1 failed"


def test_a_changed_file_is_tested_by_its_nearest_tests_first() -> None:
    tests = ImportGraph().tests_of([Path("local/embedded/ports.py")])
    assert next(iter(tests)) == Path("tests/unit/local/test_ports.py")
    assert Path("tests/e2e/test_campaign.py") in tests
