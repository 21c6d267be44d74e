"""Plan and result of a measurement as plain data, so that they pass between processes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_src.common.deployment import DeploymentRules


class BenchError(Exception):
    """The measurement is not possible; one line for the user."""


@dataclass(frozen=True)
class Fleet:
    """The senders: number of devices, one or three sensors each, and events per second in total.

    With ``enveloped`` the events are wrapped as by the topic rule.
    """

    devices: int = 100
    one_sensor: bool = False
    events_per_second: int = 10_000
    enveloped: bool = False


@dataclass(frozen=True)
class Plan:
    """``path`` is a Python file or a dotted module, ``function`` the handler in it.

    ``call_ms`` is how long each AWS call takes.
    """

    path: str
    function: str
    env: dict[str, str]
    batch: int
    events: int
    repeat: int
    fleet: Fleet
    call_ms: int = 0
    rules: DeploymentRules | None = None
    """What our handler finds in its package."""

    @property
    def target(self) -> str:
        return f"{self.path}:{self.function}"


@dataclass(frozen=True)
class Result:
    """``cpu_us`` is CPU microseconds per event and ``batch_ms`` milliseconds per batch, one number per repeat.

    ``calls`` counts AWS calls by operation over all repeats, ``events`` the events of all repeats; ``reported`` counts
    batches that failed in part. DynamoDB's write units are those of the tables alone and those with an index on each.
    """

    cpu_us: list[float]
    batch_ms: list[float]
    calls: dict[str, int]
    events: int
    peak_rss_mb: float
    reported: int
    table_units: int
    units_with_indexes: int
