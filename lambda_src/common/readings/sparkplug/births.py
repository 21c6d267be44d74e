"""What births say: the names, data types and units of metrics, which data messages name by their aliases alone.

Of each edge node, and of each device behind one, the latest two births are known: a message that was sent before the
latest one is read by the one before it, in whatever order they arrive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from lambda_src.common.readings.sparkplug.model import SparkplugMetric, SparkplugPayload

UNIT_KEYS = ("engUnit", "Engineering Units", "engineeringUnits", "unit", "units")
"""Properties that hold a metric's unit; Ignition writes ``engUnit``."""


class BirthKey(NamedTuple):
    """An edge node, or one device of it; ``device`` is empty for the edge node itself."""

    group: str
    edge: str
    device: str = ""


class Definition(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One metric as its birth describes it."""

    name: str
    datatype: int = 0
    unit: str | None = None


class Birth(msgspec.Struct, frozen=True):
    """``born_ms`` is its payload's time, by the edge node's clock; ``arrived_ms`` the broker's."""

    born_ms: int
    arrived_ms: int
    metrics: tuple[tuple[int | None, Definition], ...]
    """Each with its alias."""
    bd_seq: int | None = None
    """Of an edge node's birth: the number that its death will have."""

    def definitions(self) -> Definitions:
        return Definitions(
            {alias: definition for alias, definition in self.metrics if alias is not None},
            {definition.name: definition for _, definition in self.metrics},
        )


class Definitions(NamedTuple):
    by_alias: dict[int, Definition]
    by_name: dict[str, Definition]


UNBORN = Definitions({}, {})
"""What is known of metrics without a birth."""


class Lineage(msgspec.Struct, frozen=True):
    """The births that are known of an edge node or device."""

    latest: Birth
    previous: Birth | None = None
    died_ms: int | None = None
    """When its latest death arrived."""

    def at(self, sent_ms: int) -> Birth:
        """The birth that counts for a message of this time: the latest one before it, or else the first after it."""
        if sent_ms < self.latest.born_ms and self.previous is not None:
            return self.previous
        return self.latest

    def with_birth(self, birth: Birth) -> Lineage:
        """With one more birth, whichever order they arrive in; itself if that is known already."""
        known = (self.latest, self.previous)
        if any(other is not None and other.born_ms == birth.born_ms for other in known):
            return self
        if birth.born_ms > self.latest.born_ms:
            return Lineage(birth, self.latest, self.died_ms)
        if self.previous is None or birth.born_ms > self.previous.born_ms:
            return Lineage(self.latest, birth, self.died_ms)
        return self

    def with_death(self, arrived_ms: int) -> Lineage:
        """With a death that arrived then; itself if a birth arrived since."""
        if arrived_ms < self.latest.arrived_ms or (self.died_ms is not None and arrived_ms <= self.died_ms):
            return self
        return Lineage(self.latest, self.previous, arrived_ms)

    def is_dead(self, arrived_ms: int) -> bool:
        """Whether it was dead, and not born anew, when something of it arrived."""
        return self.died_ms is not None and self.latest.arrived_ms <= self.died_ms < arrived_ms

    def born_between(self, after_ms: int, until_ms: int) -> bool:
        """Whether a birth was sent after the first time and until the second one, by the edge node's clock."""
        return any(birth is not None and after_ms < birth.born_ms <= until_ms for birth in (self.latest, self.previous))

    def died_between(self, arrived_ms: int, sent_ms: int) -> bool:
        """Whether a death arrived since a message, and the birth that is known came only after that death."""
        if self.died_ms is None or self.latest.born_ms <= sent_ms or self.previous is not None:
            return False
        return arrived_ms <= self.died_ms <= self.latest.arrived_ms


def birth_of(payload: SparkplugPayload, arrived_ms: int) -> Birth:
    """What a birth message says."""
    born_ms = arrived_ms if payload.timestamp is None else payload.timestamp
    metrics = tuple((metric.alias, _definition(metric)) for metric in payload.metrics if metric.name is not None)
    return Birth(born_ms, arrived_ms, metrics, bd_seq_of(payload))


def bd_seq_of(payload: SparkplugPayload) -> int | None:
    """The number by which an edge node's death names its birth."""
    found = next((metric.value for metric in payload.metrics if metric.name == "bdSeq"), None)
    return found if isinstance(found, int) else None


def unit_of(metric: SparkplugMetric) -> str | None:
    """The unit that a metric's properties hold."""
    if not metric.properties:
        return None
    found = next((metric.properties[key] for key in UNIT_KEYS if metric.properties.get(key)), None)
    return found if isinstance(found, str) else None


def _definition(metric: SparkplugMetric) -> Definition:
    return Definition(metric.name or "", metric.datatype, unit_of(metric))
