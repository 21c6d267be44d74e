"""Operator's commands as a person runs them: in a process of their own, with nothing but the environment."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


def ops(surroundings: Mapping[str, str], *arguments: str, timeout: float = 300) -> Outcome:
    """``python -m ops …`` against the deployment whose outputs file the surroundings name."""
    done = subprocess.run(
        [sys.executable, "-m", "ops", *arguments, "--outputs", surroundings["OUTPUTS_FILE"]],
        cwd=PROJECT,
        env=dict(surroundings),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Outcome(done.returncode, done.stdout, done.stderr)
