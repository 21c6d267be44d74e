"""``python -m bench detect``: parse arguments, measure, print a table."""

from __future__ import annotations

import argparse
import random
import sys
from dataclasses import fields, replace
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

from bench.detect import nab, plant
from bench.detect.cost import cpu_us, findings, findings_with_restarts
from bench.detect.failure import DetectError
from bench.detect.score import PROFILES, nab_score, unscored
from lambda_src.common.detection.codec import PACKED_BYTES
from lambda_src.common.detection.constants import Constants
from lambda_src.common.detection.detector import Detector
from lambda_src.common.detection.finding import LearnedRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.detect.nab import Labelled

    Results = list[tuple[Labelled, Sequence[float]]]

DATA = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "nab"
"""Seven files of NAB beside the repository, which does not contain them."""
RATES = (1.0, 10.0, 60.0, 300.0)
JITTERS, JITTER = 40, 0.1
RESTARTED = 5_000
"""Readings of the first file that are learned with a restart after each."""


def main(argv: list[str]) -> int:
    """Print the measurements. Returns 0, 1 if a restart changes findings, or 2 if nothing can be measured."""
    options = _parser().parse_args(argv)
    try:
        return _measure(options)
    except DetectError as error:
        print(f"bench detect: {error}", file=sys.stderr)
        return 2


def results_of(series: Sequence[Labelled], constants: Constants | None = None) -> Results:
    """Return each series with the score of each of its readings, 0 if there was no finding.

    NAB's labels are of unusual values, so findings of the rule for stuck sensors are left out.
    """
    detector = Detector(constants)
    return [
        (
            each,
            [
                found.score if found and found.rule is not LearnedRule.STUCK else 0.0
                for found in findings(detector, each.readings)
            ],
        )
        for each in series
    ]


def jittered(seed: int) -> Constants:
    """Return the constants, each changed by up to 10 %."""
    drawn = random.Random(seed)  # noqa: S311 - a simulation
    constants = Constants()
    changed = {
        each.name: getattr(constants, each.name) * drawn.uniform(1 - JITTER, 1 + JITTER) for each in fields(constants)
    }
    return replace(constants, **changed)


def _measure(options: argparse.Namespace) -> int:
    status = 0
    if options.nab_out and not options.nab:
        raise DetectError("--nab-out needs --nab, the checkout of NAB")
    if options.nab:
        _report(nab.read_checkout(options.nab), options)
    elif options.data.is_dir() or options.plot:
        status = _report(nab.read_folder(options.data), options)
    else:
        print(f"NAB: {options.data} does not exist; name a folder with --data, or a checkout with --nab\n")
    for rate in options.rates:
        _report_plant(rate, options.series_days)
    return status


def _report(series: list[Labelled], options: argparse.Namespace) -> int:
    if not series:
        raise DetectError("the folder has no labelled files")
    results = results_of(series)
    print(f"{'file':<52} {'readings':>8} {'windows':>7} {'found':>5} {'outside':>7}")
    for each, scores in results:
        _report_file(each, scores)
    for profile in PROFILES:
        print(f"NAB score, {profile.name:<12} {nab_score(results, profile):5.1f}")
    for path in [nab.write_results(options.nab_out, *result) for result in results] if options.nab_out else []:
        print(f"wrote {path}")
    if options.plot:
        from bench.detect.plot import draw  # matplotlib takes a second, which only this option needs

        draw(options.plot, results)
    if options.jitters:
        drawn = [nab_score(results_of(series, jittered(seed)), PROFILES[0]) for seed in range(options.jitters)]
        print(f"every constant changed by up to {JITTER:.0%}: mean {mean(drawn):.1f}, least {min(drawn):.1f}")
    detector = Detector()
    print(f"{cpu_us(detector, series[0].readings):.2f} us of CPU per reading, {PACKED_BYTES} bytes per series")
    readings = series[0].readings[:RESTARTED]
    same = findings(detector, readings) == findings_with_restarts(detector, readings)
    print(f"restarted after every reading: {'the same findings' if same else 'OTHER FINDINGS'}\n")
    return int(not same)


def _report_file(series: Labelled, scores: Sequence[float]) -> None:
    counted = [index for index, score in enumerate(scores) if score > 0 and index >= unscored(len(scores))]
    found = sum(any(first <= index <= last for index in counted) for first, last in series.windows)
    labels = series.labels()
    outside = sum(not labels[index] for index in counted)
    print(f"{series.name:<52} {len(scores):>8} {len(series.windows):>7} {found:>5} {outside:>7}")


def _report_plant(rate: float, series_days: int) -> None:
    detector = Detector()
    days = min(10, series_days)
    clean = plant.healthy(detector, rate, series_days // days, days)
    print(f"a reading every {rate:g} s: healthy plant, {clean.first_day} false findings on the first day, "
          f"then {clean.a_day:.3f} per series and day")  # fmt: skip
    for name, found in plant.found_faults(detector, rate).items():
        print(f"  {name:<28} {found} of {plant.SERIES}")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench detect", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help=f"files of NAB with their windows.json ({DATA})")
    parser.add_argument("--nab", type=Path, metavar="DIR", help="a checkout of NAB, instead of --data")
    parser.add_argument("--nab-out", type=Path, metavar="DIR", help="write results for NAB's own scorer below DIR")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw the files of NAB with the findings")
    parser.add_argument(
        "--jitters", type=int, default=JITTERS, help=f"runs with changed constants ({JITTERS}; 0: none)"
    )
    parser.add_argument("--series-days", type=_days, default=100, help="days of healthy series per rate (100)")
    parser.add_argument("--rates", type=_rate, nargs="*", default=RATES, metavar="S", help="seconds between readings")
    return parser


def _jitters(text: str) -> int:
    value = int(text)
    if value < 0:
        raise argparse.ArgumentTypeError(f"must be at least 0 (got {text})")
    return value


def _days(text: str) -> int:
    value = int(text)
    if value < 2:
        raise argparse.ArgumentTypeError(f"must be at least 2 (got {text})")
    return value


def _rate(text: str) -> float:
    value = float(text)
    if not 0.01 <= value <= 3600:
        raise argparse.ArgumentTypeError(f"must be between 0.01 and 3600 seconds (got {text})")
    return value
