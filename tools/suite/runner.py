"""Runs parts of the suite as processes of their own, side by side, and adds up what they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.suite.graph import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from tools.suite.parts import Part

LOGS = ROOT / ".build" / "tests"
CORES = os.cpu_count() or 1
BUSY_BESIDE_PATIENT = 1
"""Parts that compute, while others wait: they leave a core of the smallest machine to the embedded AWS. Without those,
each core has one.
"""
PATIENT_AT_ONCE = 2
"""Parts that mostly wait. An embedded AWS answers within AWS's own limits, such as the 5 s of a provisioning hook: with
more of them beside each other on two cores it does not.
"""
BACKGROUND_NICENESS = 5
"""Of parts that compute, while others wait for something to happen in time."""
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
_SUMMARY = re.compile(r"^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s", re.MULTILINE)
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Outcome:
    """How a part ended: its exit status, its counts by pytest's words, and where its output is."""

    part: Part
    status: int
    counts: Mapping[str, int]
    seconds: float
    log: Path

    @property
    def ok(self) -> bool:
        return self.status == 0 or (self.status == NOTHING_COLLECTED and not self.counts)


class Processes:
    """The processes that run now; all are stopped, with what they started, when this one ends."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, part: Part, extra: Sequence[str]) -> Outcome:
        """Run the part to its end."""
        LOGS.mkdir(parents=True, exist_ok=True)
        log = LOGS / f"{part.name.replace('/', '-').replace(' ', '-')}.log"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *part.arguments, *extra]
        began = time.monotonic()
        with log.open("wb") as output:
            # The leash kills the part's process group when this process ends, however it ends.
            process = subprocess.Popen(
                [sys.executable, "-m", "local.terraform.leash", *command],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self._running.add(process)
            if self._stopped:
                self.stop()
            if not part.patient:
                os.setpriority(os.PRIO_PROCESS, process.pid, BACKGROUND_NICENESS)
            status = process.wait()
        self._running.discard(process)
        counts = counts_of(log.read_text(encoding="utf-8", errors="replace"))
        return Outcome(part, status, counts, time.monotonic() - began, log)

    def stop(self) -> None:
        """Let go of all leashes; parts that are started later end at once."""
        self._stopped = True
        for process in list(self._running):
            if process.stdin is not None:
                process.stdin.close()


def counts_of(text: str) -> dict[str, int]:
    """The counts of pytest's closing line; empty where there is none, as after a crash or for no tests."""
    summaries = _SUMMARY.findall(text)
    counts: Counter[str] = Counter()
    if summaries:
        for number, word in _COUNT.findall(summaries[-1]):
            counts["error" if word == "errors" else word] += int(number)
    return dict(counts)


def run_all(parts: Sequence[Part], extra: Sequence[str] = ()) -> int:
    """Run the parts, print a line for each and a closing line for all; 0 when every one passed."""
    began, processes = time.monotonic(), Processes()
    outcomes: list[Outcome] = []
    waiting: list[Part] = list(parts)
    running: dict[Future[Outcome], Part] = {}
    with ThreadPoolExecutor(PATIENT_AT_ONCE + CORES) as pool:
        try:
            while waiting or running:
                while (part := next_part(waiting, list(running.values()))) is not None:
                    waiting.remove(part)
                    running[pool.submit(processes.run, part, extra)] = part
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    del running[future]
                    outcomes.append(future.result())
                    print(describe(outcomes[-1]), flush=True)
        except BaseException:
            processes.stop()
            raise
    for outcome in outcomes:
        if not outcome.ok:
            print(f"\n{'=' * 20} {outcome.part.name}: status {outcome.status} {'=' * 20}\n{failures_of(outcome)}")
    print(f"\n{len(outcomes)} parts in {time.monotonic() - began:.0f} s; their output is in {LOGS.relative_to(ROOT)}")
    print(closing_line(outcomes), flush=True)
    return int(not all(outcome.ok for outcome in outcomes))


def next_part(waiting: Sequence[Part], running: Sequence[Part]) -> Part | None:
    """The first part that may start beside those that run; None if all have to wait."""
    patient = sum(part.patient for part in running)
    beside = patient or any(part.patient for part in waiting)
    room = {True: PATIENT_AT_ONCE - patient}
    room[False] = (BUSY_BESIDE_PATIENT if beside else CORES) - (len(running) - patient)
    return next((part for part in waiting if room[part.patient] > 0), None)


def describe(outcome: Outcome) -> str:
    counts = ", ".join(f"{number} {word}" for word, number in outcome.counts.items()) or "no tests"
    return f"{'ok    ' if outcome.ok else 'FAILED'}  {outcome.part.name:<24} {counts} in {outcome.seconds:.0f} s"


def failures_of(outcome: Outcome) -> str:
    """The part's output from its first failure on; all of it where pytest came to no end."""
    text = outcome.log.read_text(encoding="utf-8", errors="replace")
    found = re.search(r"^=+ (?:ERRORS|FAILURES) =+$", text, re.MULTILINE)
    return text[found.start() :] if found and outcome.counts else text


def closing_line(outcomes: Sequence[Outcome]) -> str:
    """The totals: ``N passed, N failed``, and how many were skipped where any were.

    A failure that a test expects is a pass. An error of a fixture is a failure, as is a part that failed without one.
    """
    total: Counter[str] = Counter()
    for outcome in outcomes:
        total.update(outcome.counts)
        if not outcome.ok and not outcome.counts.get("failed") and not outcome.counts.get("error"):
            total["failed"] += 1
    passed = total["passed"] + total["xfailed"] + total["xpassed"]
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    return f"{passed} passed, {total['failed'] + total['error']} failed{skipped}"
