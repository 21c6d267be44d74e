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
RUN_PRESETS = [preset for preset in PRESETS if preset not in ELSEWHERE]
SIDE_BY_SIDE = 1
"""Other parts of the suite run beside this one, and a run has a whole fleet of its own."""
ARGUMENTS = ("--duration", "20", "--rate", "60", "--devices", "12", "--headless")


def run(preset: str, report: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "local", "run", "--preset", preset, *ARGUMENTS, "--report", str(report)],
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
    """A run of each preset of which a test was selected, side by side."""
    try:
        find_binary()
    except RunError as reason:
        pytest.skip(str(reason))
    ours = [item for item in request.session.items if item.path == request.path and isinstance(item, pytest.Function)]
    presets = [str(item.callspec.params["preset"]) for item in ours if item.originalname == RUN_TEST]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        yield {preset: pool.submit(run, preset, reports / f"{preset}.json") for preset in presets}


@pytest.mark.parametrize("preset", RUN_PRESETS)
def test_a_run_accounts_for_every_reading(
    preset: str, runs: Mapping[str, Future[subprocess.CompletedProcess[str]]], reports: Path
) -> None:
    done = runs[preset].result()
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    report: dict[str, Any] = json.loads((reports / f"{preset}.json").read_text(encoding="utf-8"))
    assert report["ok"]
    assert report["sent"] == 1_200
    assert all(store["missing"] == store["unexpected"] == 0 for store in report["stores"].values())


@pytest.mark.parametrize("place", ELSEWHERE.values())
def test_a_preset_that_is_not_run_here_is_run_elsewhere(place: str) -> None:
    assert (Path(__file__).parent / place).exists()
