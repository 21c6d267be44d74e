"""Measure a replay on the embedded AWS: rate and memory, uninterrupted and killed in the middle.

The readings go into the stream and from there only into the lake. No processor runs, so everything that the stores hold
at the end came from the replay.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from lambda_src.common.aws.objects import iso
from lib.config.load import load_preset
from local.environment import environment
from local.fleet import Plant
from local.ledger.lake import LakeReader
from local.ledger.tables import RunsReader
from local.run.deployment import deployed
from local.run.entrypoint import stream_entrypoint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.run.deployment import Deployment

ROOT = Path(__file__).resolve().parents[1]
PRESET = "sensor-analytics"
DEVICES = 50
COMMAND = [sys.executable, "-m", "ops", "replay"]
DAY_MS = 86_400_000


def main(argv: list[str]) -> int:
    """Print the results. Returns 1 if a reading is missing or duplicated."""
    parser = argparse.ArgumentParser(prog="python -m bench replay", description=__doc__)
    parser.add_argument("--readings", type=int, default=100_000, help="number of readings in the lake (100,000)")
    readings = parser.parse_args(argv).readings
    with deployed(load_preset(PRESET)) as deployment, TemporaryDirectory() as folder:
        start_ms = time.time_ns() // 1_000_000 - DAY_MS
        sent = fill(deployment, readings, start_ms)
        outputs = environment(deployment, Path(folder))
        period = ("--from", iso(start_ms), "--to", iso(start_ms + DAY_MS), "--late", "48")
        killed = replay(outputs, (*period, "--state", f"{folder}/killed.json"), kill_after=readings // 3)
        print(f"killed after     {killed.seconds:6.1f} s")
        resumed = replay(outputs, (*period, "--state", f"{folder}/killed.json"))
        report("resumed", resumed)
        found = len(set(RunsReader(deployment.clients, deployment.outputs["readings_table"]).read()))
        whole = replay(outputs, (*period, "--state", f"{folder}/whole.json"))
        report("whole", whole)
        print(f"{'':16} {readings / whole.seconds:,.0f} readings/s; {found:,} of {sent:,} stored by the first two")
        again = len(set(RunsReader(deployment.clients, deployment.outputs["readings_table"]).read()))
    return int(not (resumed.status == whole.status == 0 and found == again == sent))


class Replayed:
    """One replay: seconds, exit status, and samples of its memory in MB."""

    def __init__(self, seconds: float, status: int, memory: list[float]) -> None:
        self.seconds, self.status, self.memory = seconds, status, memory


def fill(deployment: Deployment, readings: int, start_ms: int) -> int:
    """Send readings and wait until the lake has all of them. Returns their number."""
    config = load_preset(PRESET)
    plant = Plant(
        devices=DEVICES,
        rate=readings / 3600,
        duration=3600,
        start_ms=start_ms,
        thresholds=config.thresholds,
        quiet_seconds=config.alerts.quiet_seconds,
    )
    entrypoint = stream_entrypoint(deployment.clients, deployment.outputs)
    sent = sum(len(message.readings) for taken in entrypoint.producer.send(list(plant.messages())) for message in taken)
    lake = LakeReader(deployment.clients, deployment.outputs)
    while lake.count() < sent:
        time.sleep(2)
    return sent


def replay(surroundings: Mapping[str, str], arguments: tuple[str, ...], kill_after: int | None = None) -> Replayed:
    """Run the command. With `kill_after`, SIGKILL it when its progress has reached this number of readings."""
    began = time.perf_counter()
    command = [*COMMAND, *arguments, "--outputs", surroundings["OUTPUTS_FILE"]]
    memory: list[float] = []
    with TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(command, cwd=ROOT, env=dict(surroundings), stdout=output, stderr=output)
            while process.poll() is None:
                memory.append(resident_mb(process.pid))
                if kill_after and replayed_count(log.read_text(encoding="utf-8")) >= kill_after:
                    os.kill(process.pid, signal.SIGKILL)
                time.sleep(0.2)
        if process.returncode not in (0, -signal.SIGKILL):
            print(log.read_text(encoding="utf-8")[-2000:], file=sys.stderr)
    return Replayed(time.perf_counter() - began, process.returncode, memory)


def resident_mb(pid: int) -> float:
    """Return the memory that a process holds now (VmRSS of /proc), or 0 if it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def replayed_count(log: str) -> int:
    """The largest number of readings that the progress has told of."""
    return max((int(each.replace(",", "")) for each in re.findall(r"([\d,]+) readings", log)), default=0)


def report(name: str, replayed: Replayed) -> None:
    held = [each for each in replayed.memory if each] or [0.0]
    half = held[len(held) // 2 :]
    print(
        f"{name:<16} {replayed.seconds:6.1f} s, exit status {replayed.status}, "
        f"memory at most {max(held):.0f} MB, {min(half):.0f} to {max(half):.0f} MB in its second half"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
