"""The state of a run as it is shown, written by the run and read by a view."""

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
"""What a phase counts, where it is not resources."""


@dataclass
class Phase:
    """One phase: `seconds` is None until it has ended."""

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
        """Seconds it has taken so far."""
        return time.monotonic() - self.started if self.seconds is None else self.seconds


@dataclass
class Board:
    """Everything that a view shows; `tell` hands each line worth logging to the view."""

    title: str
    tell: Callable[[str], None] = lambda line: None
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
        """Time a phase; yields where to report what is done of how much."""
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
            self.tell(f"{LABELS[name]}: {'failed after' if phase.failed else 'done in'} {phase.seconds:.1f} s")

    def say(self, line: str) -> None:
        """Show a line among the latest, and hand it on."""
        with self._lock:
            self.lines.append(line)
        self.tell(line)

    def status(self) -> str | None:
        """Where the run is, in one line; None between phases."""
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
        """How long each phase took, by name, to a tenth."""
        return {name: round(phase.elapsed, 1) for name, phase in self.phases.items()}
