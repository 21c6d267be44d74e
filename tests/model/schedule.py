"""A schedule: a deployment, and what happens to it, step by step. Its text is Python that builds it again."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from typing import Literal

VALUES = {"n": 20.0, "n2": 21.0, "w": 110.0, "w2": 111.0, "c": 150.0, "c2": 151.0, "x": 1e127}
"""Normal, warning and critical values, and one that DynamoDB cannot hold."""
FaultKind = Literal["throttled", "partial", "lost", "slow", "killed"]
"""What happens to a call: refused for now; done in part; done, but the answer is lost; done after 25 s; not made, since
the container ends before it.
"""


class _Short:
    """Its text leaves out what has its default."""

    def __repr__(self) -> str:
        shown = []
        for field in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            value = getattr(self, field.name)
            if value != field.default or field.default is MISSING:
                shown.append(repr(value) if field.default is MISSING else f"{field.name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(frozen=True, repr=False)
class Message(_Short):
    """What a device sends ``after`` seconds since its newest message; less than 0 for one that comes late."""

    device: int
    after: int
    readings: tuple[tuple[str, str], ...]
    """Sensor types, each with a word of `VALUES`."""
    form: Literal["message", "array", "poison"] = "message"
    """An array also holds an element that is refused; poison is refused as a whole."""
    stray: bool = False
    """Whether it is put under another partition key than its device's."""


@dataclass(frozen=True, repr=False)
class Put(_Short):
    messages: tuple[Message, ...]


@dataclass(frozen=True, repr=False)
class PutAgain(_Short):
    """A record that was put, a second time."""

    record: int


@dataclass(frozen=True, repr=False)
class Fault(_Short):
    call: int
    """Which call of the invocation, from 0."""
    kind: FaultKind


@dataclass(frozen=True, repr=False)
class Delivery(_Short):
    """One invocation. Whatever it cannot finish is delivered again, in halves if it ended without an answer."""

    lane: int = 0
    size: int = 100
    container: int = 0
    cold: bool = False
    faults: tuple[Fault, ...] = ()
    gives_up: bool = False
    """Its failure is the last one that the mapping allows."""
    answer_lost: bool = False


@dataclass(frozen=True, repr=False)
class Deliver(_Short):
    """Invocations side by side; those of one lane one after the other."""

    deliveries: tuple[Delivery, ...]
    turns: tuple[int, ...] = ()
    """Who makes the next call: so many places on from the one that made the last."""


@dataclass(frozen=True, repr=False)
class Wait(_Short):
    seconds: int


@dataclass(frozen=True, repr=False)
class Redrive(_Short):
    """What was given up is put again."""


@dataclass(frozen=True, repr=False)
class Reshard(_Short):
    shards: int


@dataclass(frozen=True, repr=False)
class Reconfigure(_Short):
    """Other thresholds come into force: by 0 what the schedule begins with."""

    thresholds: int


@dataclass(frozen=True, repr=False)
class IndexesLag(_Short):
    """From now on the indexes of tables answer what they have now; or, with False, they have caught up."""

    lag: bool = True


Step = Put | PutAgain | Deliver | Wait | Redrive | Reshard | Reconfigure | IndexesLag


@dataclass(frozen=True, repr=False)
class Schedule(_Short):
    steps: tuple[Step, ...]
    transport: Literal["kinesis", "sqs"] = "kinesis"
    timestream: Literal["none", "single", "multi"] = "none"
    shards: int = 1

    def __repr__(self) -> str:
        steps = "".join(f"\n        {step!r}," for step in self.steps)
        rest = super().__repr__().partition(f"{self.steps!r}")[2]
        return f"Schedule(\n    ({steps}\n    ){rest}"
