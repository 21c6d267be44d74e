"""Whatever ends the owner ends the servers, and what the servers started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from local.embedded.keeper import Charge, Server

PROJECT = Path(__file__).resolve().parents[3]
# A server that starts a child, as MiniStack does for a function, and writes down both process ids.
SERVER = "sh -c 'sleep 300 & echo $! $$ > pids; wait'"
OWNER = f"""
import subprocess, sys, time
keeper = subprocess.Popen([sys.executable, "-m", "local.embedded.keeper"], stdin=subprocess.PIPE,
                          cwd={str(PROJECT)!r}, start_new_session=True)
keeper.stdin.write(bytes.fromhex(sys.argv[1]) + b"\\n")
keeper.stdin.flush()
time.sleep(300)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # gone before it was opened, or while it was read
        return False


def eventually(condition: object, seconds: float = 10.0) -> bool:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def charge(folder: Path, program: str) -> Charge:
    folder.mkdir()
    argv = ("/bin/sh", "-c", f"cd {folder.parent} && exec {program}")
    environment = {"PATH": os.environ["PATH"]}
    return Charge((Server("fake", argv, environment, str(folder / "log")),), str(folder))


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_an_owner_that_is_killed(tmp_path: Path, end: signal.Signals) -> None:
    folder, pids = tmp_path / "state", tmp_path / "pids"
    encoded = msgspec.json.encode(charge(folder, SERVER)).hex()
    owner = subprocess.Popen([sys.executable, "-c", OWNER, encoded], cwd=PROJECT)
    try:
        assert eventually(lambda: pids.exists() and len(pids.read_text().split()) == 2)
        started = [int(pid) for pid in pids.read_text().split()]
        assert all(map(alive, started))
    finally:
        owner.send_signal(end)
        owner.wait()
    assert eventually(lambda: not any(map(alive, started)))
    assert eventually(lambda: not folder.exists())


def test_a_server_that_ends_ends_the_keeper(tmp_path: Path) -> None:
    encoded = msgspec.json.encode(charge(tmp_path / "state", "sh -c 'echo broken; exit 3'"))
    keeper = subprocess.Popen(
        [sys.executable, "-m", "local.embedded.keeper"], stdin=subprocess.PIPE, cwd=PROJECT, start_new_session=True
    )
    assert keeper.stdin is not None
    keeper.stdin.write(encoded + b"\n")
    keeper.stdin.flush()
    assert keeper.wait(15) != 0
    keeper.stdin.close()
