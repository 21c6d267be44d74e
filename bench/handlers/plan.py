"""What is to be measured, and what came out: plain data, so that it passes between processes."""

from __future__ import annotations

from dataclasses import dataclass


class BenchError(Exception):
    """The measurement cannot be made as asked; the text is one line for the person who asked."""


@dataclass(frozen=True)
class Plan:
    """``path`` names a Python file, or a module with dots; ``function`` the handler in it."""

    path: str
    function: str
    env: dict[str, str]
    batch: int
    events: int
    repeat: int

    @property
    def target(self) -> str:
        return f"{self.path}:{self.function}"


@dataclass(frozen=True)
class Result:
    """``cpu_us`` is CPU microseconds an event, one number a repeat; ``calls`` counts AWS calls by operation over
    all repeats, ``events`` the events of all repeats; ``reported`` counts batches that came back in part.
    """

    cpu_us: list[float]
    calls: dict[str, int]
    events: int
    peak_rss_mb: float
    reported: int
