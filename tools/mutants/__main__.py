"""`python -m tools.mutants [N] [SEED]`: N random mutants of the product, and whether the tests notice them.

Each is killed or survives; a survivor is shown with its change. It shows a rule that no test holds, or it is equivalent
to the original, which a person has to judge.
"""

from __future__ import annotations

import argparse
import difflib
import random
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from tools.mutants.mutations import Mutant, changes_of, make_mutant
from tools.mutants.workplace import Verdict, Workplace
from tools.suite.graph import ROOT, ImportGraph
from tools.suite.parts import APART

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

AREAS = ("lambda_src", "lib", "ops", "local/ledger", "local/mapping")


class Trial(NamedTuple):
    """One mutant of a file, the file's text without it, and the tests that need the file, the nearest first."""

    path: Path
    mutant: Mutant
    original: str
    tests: list[Path]


def main() -> int:
    """Try the mutants and print what became of each; 0 whatever survives."""
    options = _options()
    trials = sample(options.number, random.Random(options.seed), options.under)  # noqa: S311
    print(f"{len(trials)} mutants, seed {options.seed}, {options.jobs} at a time", flush=True)
    survived, tried = Counter[str](), Counter[str]()
    for trial, verdict in _judged(trials, options.jobs):
        area = next(each for each in [*AREAS, *options.under] if trial.path.is_relative_to(each))
        tried[area] += 1
        survived[area] += not verdict.killed
        print(describe(trial, verdict), flush=True)
    for area, number in sorted(tried.items()):
        killed = number - survived[area]
        print(f"{area}: {killed} of {number} killed ({killed / number:.0%})")
    return 0


def sample(number: int, rng: random.Random, under: Sequence[str]) -> list[Trial]:
    """So many different mutants of the files below ``under``, each as likely as any other."""
    graph = ImportGraph()
    texts = {
        path: (ROOT / path).read_text(encoding="utf-8")
        for path in sorted(graph.sources)
        if any(path.is_relative_to(area) for area in under)
    }
    everything = [(path, change) for path, text in texts.items() for change in changes_of(text)]
    rng.shuffle(everything)
    found: list[Trial] = []
    for path, change in everything:
        if len(found) == number:
            break
        mutant = make_mutant(texts[path], change)
        if mutant is not None:
            # Tests that need a deployment fail here with and without any mutant.
            tests = [test for test in graph.tests_of([path]) if test.parts[1] not in APART]
            found.append(Trial(path, mutant, texts[path], tests))
    return found


def describe(trial: Trial, verdict: Verdict) -> str:
    """A line for a mutant that was killed; a survivor with its change as a diff."""
    where = f"{trial.path}:{trial.mutant.line}"
    if verdict.killed:
        return f"killed    {where}  by {verdict.by}"
    before = trial.original.splitlines()
    _, _, *lines = difflib.unified_diff(before, trial.mutant.text.splitlines(), n=1, lineterm="")
    return "\n".join([f"SURVIVED  {where}  {verdict.ran} tests", *(f"    {line}" for line in lines)])


def _judged(trials: list[Trial], jobs: int) -> Iterator[tuple[Trial, Verdict]]:
    with TemporaryDirectory(prefix="mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        free: SimpleQueue[Workplace] = SimpleQueue()
        for number in range(jobs):
            (Path(folder) / str(number)).mkdir()
            free.put(Workplace(ROOT, Path(folder) / str(number)))
        trusted: dict[str, bool] = {}

        def judge(trial: Trial) -> Verdict:
            workplace = free.get()
            try:
                return _judge(workplace, trial, trusted)
            finally:
                free.put(workplace)

        yield from zip(trials, pool.map(judge, trials), strict=True)


def _judge(workplace: Workplace, trial: Trial, trusted: dict[str, bool]) -> Verdict:
    verdict = workplace.judge(trial.path, trial.mutant.text, trial.tests)
    by = verdict.by
    if verdict.killed and by.startswith("tests/"):
        if by not in trusted:
            trusted[by] = workplace.passes(by)
        if not trusted[by]:
            raise SystemExit(f"{by} fails without any mutant; make it pass first")
    return verdict


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__)
    parser.add_argument("number", nargs="?", type=int, default=20, help="how many mutants (default 20)")
    parser.add_argument("seed", nargs="?", type=int, default=1, help="the same seed gives the same mutants (default 1)")
    parser.add_argument("--under", nargs="+", default=list(AREAS), metavar="PATH", help="folders or files to change")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default 2)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
