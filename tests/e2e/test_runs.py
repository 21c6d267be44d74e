"""The run that a person starts, for the presets of which no campaign is sent by other tests."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from local.errors import RunError
from local.terraform.binary import find_binary

if TYPE_CHECKING:
    from typing import Any

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("preset", ["plant-monitoring", "serverless-api", "sensor-analytics", "complete"])
def test_a_run_accounts_for_every_reading(preset: str, tmp_path: Path) -> None:
    try:
        find_binary()
    except RunError as reason:
        pytest.skip(str(reason))
    file = tmp_path / "report.json"
    arguments = ["--preset", preset, "--duration", "20", "--rate", "60", "--devices", "12", "--headless"]
    done = subprocess.run(
        [sys.executable, "-m", "local", "run", *arguments, "--report", str(file)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=840,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    report: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert report["ok"]
    assert report["sent"] == 1_200
    assert all(store["missing"] == store["unexpected"] == 0 for store in report["stores"].values())
