"""The run that a person starts, for every preset for which no other test sends readings through every store."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from local.errors import RunError
from local.terraform.binary import find_binary
from tests.conftest import PRESETS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = [pytest.mark.e2e, pytest.mark.terraform, pytest.mark.timeout(1800)]

PROJECT = Path(__file__).resolve().parents[2]
ELSEWHERE = {"manufacturing": "test_campaign.py", "factory-floor": "devices"}
RUN_TEST = "test_a_run_accounts_for_every_reading"
SIDE_BY_SIDE = 1
"""Other parts of the suite run beside this one, and a run has a whole fleet of its own."""
RUN_CASES = [*(preset for preset in PRESETS if preset not in ELSEWHERE), "plant-monitoring:sparkplug-b"]
"""Presets, and with a colon the format in which their devices send."""
ARGUMENTS = ("--duration", "20", "--rate", "60", "--devices", "12", "--headless")


LOST_ANSWER = "ResourceConflictException"
"""Terraform asked again for what exists: the embedded AWS, beside another part on two cores, answered too late."""


def run(case: str, report: Path) -> subprocess.CompletedProcess[str]:
    """Run a case, once more if the apply lost an answer; the ledger has one chance only."""
    done = run_once(case, report)
    if done.returncode == 2 and LOST_ANSWER in done.stdout + done.stderr:
        print(f"{case} is run again: {done.stderr[-400:]}")
        done = run_once(case, report)
    return done


def run_once(case: str, report: Path) -> subprocess.CompletedProcess[str]:
    preset, _, form = case.partition(":")
    sent = ("--format", form) if form else ()
    return subprocess.run(
        [sys.executable, "-m", "local", "run", "--preset", preset, *sent, *ARGUMENTS, "--report", str(report)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=1500,
        check=False,
    )


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(scope="module")
def runs(
    request: pytest.FixtureRequest, reports: Path
) -> Iterator[Mapping[str, Future[subprocess.CompletedProcess[str]]]]:
    """A run of each case of which a test was selected, side by side."""
    try:
        find_binary()
    except RunError as reason:
        pytest.skip(str(reason))
    ours = [item for item in request.session.items if item.path == request.path and isinstance(item, pytest.Function)]
    cases = [str(item.callspec.params["case"]) for item in ours if item.originalname == RUN_TEST]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield {case: pool.submit(run, case, reports / f"{case}.json") for case in cases}


@pytest.mark.parametrize("case", RUN_CASES)
def test_a_run_accounts_for_every_reading(
    case: str, runs: Mapping[str, Future[subprocess.CompletedProcess[str]]], reports: Path
) -> None:
    done = runs[case].result()
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    report: dict[str, Any] = json.loads((reports / f"{case}.json").read_text(encoding="utf-8"))
    assert report["ok"]
    assert report["sent"] == 1_200
    assert all(store["missing"] == store["unexpected"] == 0 for store in report["stores"].values())


@pytest.mark.parametrize("place", ELSEWHERE.values())
def test_a_preset_that_is_not_run_here_is_run_elsewhere(place: str) -> None:
    assert (Path(__file__).parent / place).exists()
