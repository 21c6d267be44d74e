"""The integration suite as a user runs it against a local deployment: in a process of its own, by its outputs file."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


STUCK_SECONDS = 20.0
"""How long to look for what cannot arrive: long enough, on a busy machine, for all that can."""
PROJECT = Path(__file__).resolve().parents[2]
_FAILED = re.compile(r"^(?:FAILED|ERROR) \S+::(\S+)", re.MULTILINE)
_PASSED = re.compile(r"(\d+) passed")


@dataclass(frozen=True)
class Verdict:
    """Exit status, names of what failed, how many passed, and all that was printed."""

    status: int
    failed: frozenset[str]
    passed: int
    text: str


def run(address: Mapping[str, str], *, wait_seconds: float) -> Verdict:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/integration", "-q", "-p", "no:cacheprovider", "--tb=short"],
        cwd=PROJECT,
        env={**address, "INTEGRATION_WAIT_SECONDS": str(wait_seconds), "CI": "true"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    text = done.stdout + done.stderr
    passed = _PASSED.search(text)
    return Verdict(done.returncode, frozenset(_FAILED.findall(text)), int(passed[1]) if passed else 0, text)
