"""Measures synthesis: whole process, with the bindings loaded lazily and in the ordinary way, in turn."""

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
"""What ``PIPELINE_FULL_BINDINGS`` is set to for each."""
SYNTHESIS = """
import sys
from pathlib import Path
from lib.app import synthesize
from lib.config import load_preset
synthesize(load_preset(sys.argv[1]), environment_suffix="bench", outdir=Path(sys.argv[2]))
"""


def main(argv: list[str]) -> int:
    """Prints median seconds of each way and their ratio; returns 0, or what a failed synthesis returned."""
    parser = argparse.ArgumentParser(prog="python -m bench synth", description=__doc__)
    parser.add_argument("--runs", type=_positive, default=5, help="runs of each way, after one warm-up (5)")
    parser.add_argument("--preset", choices=presets(), default="complete", help="what is synthesized (complete)")
    options = parser.parse_args(argv)
    runs = options.runs
    seconds: dict[str, list[float]] = {way: [] for way in WAYS}
    for counted in [False] + [True] * runs:
        for way in WAYS:
            took = _synthesize(options.preset, way)
            if counted:
                seconds[way].append(took)
    for way, times in seconds.items():
        print(f"{way:>9}: {median(times):6.2f} s  (least {min(times):.2f}, most {max(times):.2f}, {runs} runs)")
    print(f"{'lazy/ord.':>9}: {median(seconds['lazy']) / median(seconds['ordinary']):6.2f}")
    return 0


def _synthesize(preset: str, way: str) -> float:
    """Wall-clock seconds of one synthesis in a process and a folder of its own."""
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "PIPELINE_FULL_BINDINGS": WAYS[way]}
        # Both ways on compiled modules, which the warm-up leaves behind; compiling 2,100 of them takes longer still.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", SYNTHESIS, preset, folder], cwd=ROOT, env=environment, check=True)
        return time.perf_counter() - start


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: allowed are 1 and more")
    return value
