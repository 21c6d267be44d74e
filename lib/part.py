"""How a part of a deployment describes itself to the alarms, the dashboard, the outputs, the preflight and the cost.

Each part has one method, `Part.describe`. The stack collects the descriptions in the order of the flow; nothing else
asks which parts there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lib.building.function import Function
    from lib.monitoring.alarms.alarm import Alarm
    from lib.monitoring.alarms.queue import WatchedQueue
    from lib.monitoring.alarms.stores import WatchedTable
    from lib.monitoring.dashboard.widgets import DashboardRow, Number
    from lib.usage import Use

T = TypeVar("T")


@dataclass(frozen=True)
class Need:
    """What the account must provide before a deploy; ``amount`` counts shards or concurrent executions.

    ``of`` is the name of the stream that has the shards: after the first deployment they are there already.
    """

    kind: Literal["timestream", "api-logs", "kinesis-shards", "lambda-concurrency"]
    amount: int = 1
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class PartDescription:
    """What one part has. A part leaves out what it does not have.

    Functions, tables and queues are named as people call them: each gets the alarms and graphs of its kind. ``alarms``,
    ``rows`` and ``numbers`` are the part's own; rows of one title become one row, numbers of one title one number.
    ``uses`` says what the load makes the part's resources do, for `ops cost`: whatever the plan alone does not say.
    """

    functions: Mapping[str, Function] = field(default_factory=dict)
    tables: Mapping[str, WatchedTable] = field(default_factory=dict)
    queues: Mapping[str, WatchedQueue] = field(default_factory=dict)
    alarms: Sequence[Alarm] = ()
    rows: Sequence[DashboardRow] = ()
    numbers: Sequence[Number] = ()
    outputs: Mapping[str, str] = field(default_factory=dict)
    needs: Sequence[Need] = ()
    uses: Sequence[Use] = ()


class Part(Protocol):
    """A construct, or a group of them, that is one entry of the stack's table of contents."""

    def describe(self) -> PartDescription: ...


def describe_all(*parts: Part | None) -> PartDescription:
    """The parts' descriptions as one, in their order; None stands for a part that the deployment does not have."""
    return combined(part.describe() for part in parts if part is not None)


def combined(descriptions: Iterable[PartDescription]) -> PartDescription:
    """One description of everything; raises `ValueError` for a name that two of them use."""
    found = list(descriptions)
    return PartDescription(
        functions=_named(each.functions for each in found),
        tables=_named(each.tables for each in found),
        queues=_named(each.queues for each in found),
        alarms=[alarm for each in found for alarm in each.alarms],
        rows=[row for each in found for row in each.rows],
        numbers=[number for each in found for number in each.numbers],
        outputs=_named(each.outputs for each in found),
        needs=[need for each in found for need in each.needs],
        uses=[use for each in found for use in each.uses],
    )


def _named(groups: Iterable[Mapping[str, T]]) -> dict[str, T]:
    named: dict[str, T] = {}
    for group in groups:
        if doubled := named.keys() & group.keys():
            raise ValueError(f"two parts use the names {', '.join(sorted(doubled))}")
        named |= group
    return named
