"""What is to be measured, and what came out: plain data, so that it passes between processes."""

from __future__ import annotations

from dataclasses import dataclass


class BenchError(Exception):
    """The measurement cannot be made as asked; the text is one line for the person who asked."""


@dataclass(frozen=True)
class Fleet:
    """Who sends: so many devices, with one sensor each or with three, and so many events a second altogether.

    ``enveloped`` means that the events come as the topic rule wraps them.
    """

    devices: int = 100
    one_sensor: bool = False
    events_per_second: int = 10_000
    enveloped: bool = False


@dataclass(frozen=True)
class Plan:
    """``path`` names a Python file, or a module with dots; ``function`` the handler in it."""

    path: str
    function: str
    env: dict[str, str]
    batch: int
    events: int
    repeat: int
    fleet: Fleet

    @property
    def target(self) -> str:
        return f"{self.path}:{self.function}"


@dataclass(frozen=True)
class Result:
    """``cpu_us`` is CPU microseconds an event, one number a repeat; ``calls`` counts AWS calls by operation over
    all repeats, ``events`` the events of all repeats; ``reported`` counts batches that came back in part. DynamoDB's
    write units are those of the tables alone and those with an index on each.
    """

    cpu_us: list[float]
    calls: dict[str, int]
    events: int
    peak_rss_mb: float
    reported: int
    table_units: int
    units_with_indexes: int
