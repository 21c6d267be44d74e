"""A run that is interrupted leaves nothing: no process, no folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

PATIENCE_SECONDS = 120.0
PROJECT = Path(__file__).resolve().parents[2]


def processes_of(folder: Path) -> list[str]:
    """Command lines of the processes whose temporary folder lies below `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"TMPDIR={folder}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # ended meanwhile
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
@pytest.mark.parametrize(
    ("interruption", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)]
)
def test_an_interrupted_run_leaves_no_process(tmp_path: Path, interruption: signal.Signals, status: int) -> None:
    # Given a run that is applying its plan
    run = subprocess.Popen(
        [sys.executable, "-m", "local", "run", "--headless"],
        cwd=PROJECT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A test runner in the background may ignore Ctrl-C, and its children with it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert run.stdout is not None
    assert any(line.startswith("  Apply the plan") for line in run.stdout)
    assert any("ministack" in each for each in processes_of(tmp_path))
    # When
    run.send_signal(interruption)
    # Then
    assert run.wait(PATIENCE_SECONDS) == status
    run.stdout.close()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while processes_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes_of(tmp_path) == []
    assert not list(tmp_path.glob("embedded-aws-*"))
    if interruption is not signal.SIGKILL:
        assert not list(tmp_path.glob("pipeline-run-*"))
