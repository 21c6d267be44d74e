"""The state of a run, written by the run and read by a view."""

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

LABELS = {
    "synth": "Synthesize the plan",
    "init": "Install the provider",
    "start": "Start the embedded AWS",
    "apply": "Apply the plan",
    "provision": "Provision the fleet",
    "wake": "Wake the API's functions",
    "stream": "Stream readings",
    "settle": "Wait until all is stored",
    "account": "Account for every reading",
    "destroy": "Destroy everything",
}


UNITS = {"provision": "devices"}
"""What a phase counts, if not resources."""


@dataclass
class Phase:
    """One phase. `seconds` is None until it has ended."""

    name: str
    started: float
    seconds: float | None = None
    done: int = 0
    total: int = 0
    failed: bool = False

    @property
    def unit(self) -> str:
        """What `done` and `total` count."""
        return UNITS.get(self.name, "resources")

    @property
    def elapsed(self) -> float:
        """Seconds since the start of the phase, or its duration."""
        return time.monotonic() - self.started if self.seconds is None else self.seconds


@dataclass
class Board:
    """Everything that a view shows. `log` passes each line worth logging to the view."""

    title: str
    log: Callable[[str], None] = lambda line: None
    phases: dict[str, Phase] = field(default_factory=dict)
    to_send: int = 0
    sent: int = 0
    rate: float = 0.0
    stores: dict[str, int] = field(default_factory=dict)
    alerts: int = 0
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=8))
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def phase(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Time a phase. Yields a function that reports how much is done."""
        phase = self.phases[name] = Phase(name, time.monotonic())

        def progress(done: int, total: int) -> None:
            phase.done, phase.total = done, total

        try:
            yield progress
        except BaseException:
            phase.failed = True
            raise
        finally:
            phase.seconds = time.monotonic() - phase.started
            self.log(f"{LABELS[name]}: {'failed after' if phase.failed else 'done in'} {phase.seconds:.1f} s")

    def say(self, line: str) -> None:
        """Show a line among the latest and log it."""
        with self._lock:
            self.lines.append(line)
        self.log(line)

    def status(self) -> str | None:
        """Return the state of the run in one line, or None between phases."""
        running = next((phase for phase in self.phases.values() if phase.seconds is None), None)
        if running is None:
            return None
        parts = [f"{LABELS[running.name]}: {running.elapsed:.0f} s"]
        if running.total:
            parts.append(f"{running.done}/{running.total} {running.unit}")
        if running.name in ("stream", "settle"):
            parts.append(f"sent {self.sent:,} of {self.to_send:,} ({self.rate:,.0f}/s)")
            parts += [f"{name} {count:,}" for name, count in self.stores.items()]
            parts.append(f"alerts {self.alerts}")
        return " · ".join(parts)

    def seconds(self) -> dict[str, float]:
        """Return the duration of each phase by name, rounded to a tenth."""
        return {name: round(phase.elapsed, 1) for name, phase in self.phases.items()}
