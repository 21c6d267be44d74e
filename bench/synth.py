"""Measure synthesis as a process, alternating lazy and ordinary bindings."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from lib.config import presets

ROOT = Path(__file__).resolve().parents[1]
WAYS = {"lazy": "0", "ordinary": "1"}
"""Value of ``PIPELINE_FULL_BINDINGS`` for each way."""
SYNTHESIS = """
import sys
from pathlib import Path
from lib.app import synthesize
from lib.config import load_preset
synthesize(load_preset(sys.argv[1]), environment_suffix="bench", outdir=Path(sys.argv[2]))
"""


def main(argv: list[str]) -> int:
    """Print the median seconds of each way and their ratio. Returns 0, or the status of a failed synthesis."""
    parser = argparse.ArgumentParser(prog="python -m bench synth", description=__doc__)
    parser.add_argument("--runs", type=_positive, default=5, help="number of runs of each way, after one warm-up (5)")
    parser.add_argument("--preset", choices=presets(), default="complete", help="preset to synthesize (complete)")
    options = parser.parse_args(argv)
    runs = options.runs
    try:
        seconds = _measure(options.preset, runs)
    except subprocess.CalledProcessError as error:
        # The synthesis has printed why.
        return error.returncode
    for way, times in seconds.items():
        print(f"{way:>9}: {median(times):6.2f} s  (least {min(times):.2f}, most {max(times):.2f}, {runs} runs)")
    print(f"{'lazy/ord.':>9}: {median(seconds['lazy']) / median(seconds['ordinary']):6.2f}")
    return 0


def _measure(preset: str, runs: int) -> dict[str, list[float]]:
    """Return the seconds of each run by way, without the warm-up."""
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    for counted in [False] + [True] * runs:
        for way in WAYS:
            took = _synthesize(preset, way)
            if counted:
                seconds[way].append(took)
    return seconds


def _synthesize(preset: str, way: str) -> float:
    """Return the wall-clock seconds of one synthesis in its own process and folder."""
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "PIPELINE_FULL_BINDINGS": WAYS[way]}
        # Both ways use compiled modules from the warm-up; compiling 2,100 modules takes even longer.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", SYNTHESIS, preset, folder], cwd=ROOT, env=environment, check=True)
        return time.perf_counter() - start


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"must be at least 1 (got {text})")
    return value
