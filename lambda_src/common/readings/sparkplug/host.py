"""A Sparkplug host: knows the births of edge nodes and devices, reads data by them, and asks for those it lacks.

Pure: table, command and clock are handed in. What is known of births is in the table, so that a cold function has it;
each batch looks it up anew, since another container may have seen a newer birth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sparkplug.births import BirthKey, Lineage, bd_seq_of, birth_of
from lambda_src.common.readings.sparkplug.command import rebirth_payload, rebirth_topic
from lambda_src.common.readings.sparkplug.payload import parse_payload
from lambda_src.common.readings.sparkplug.sequence import Numbered, first_sequence, observe
from lambda_src.common.readings.sparkplug.topic import MessageType, SparkplugTopic, parse_topic

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from lambda_src.common.readings.sparkplug.births import Birth
    from lambda_src.common.readings.sparkplug.model import SparkplugPayload
    from lambda_src.common.readings.sparkplug.sequence import Sequence as NumberSequence

ASK_EVERY_MS = 30_000
"""An edge node is asked for its births no more often: it answers with all of its metrics."""


class SparkplugMessage(NamedTuple):
    """One message of a batch; ``payload`` is None for a command, and for what a host says of itself."""

    topic: SparkplugTopic
    payload: SparkplugPayload | None
    arrived_ms: int

    @property
    def edge(self) -> BirthKey:
        return BirthKey(self.topic.group, self.topic.edge)

    @property
    def key(self) -> BirthKey:
        return BirthKey(self.topic.group, self.topic.edge, self.topic.device or "")

    @property
    def sent_ms(self) -> int:
        """By the edge node's clock, if the message says so."""
        known = None if self.payload is None else self.payload.timestamp
        return self.arrived_ms if known is None else known


class BirthTable(Protocol):
    """Births and numbering by edge node. All methods raise `TemporaryFailureError` where a repetition may help."""

    def load(self, keys: Collection[BirthKey]) -> dict[BirthKey, Lineage]:
        """What is known of these edge nodes and devices."""
        ...

    def update(self, key: BirthKey, change: Callable[[Lineage | None], Lineage | None]) -> Lineage | None:
        """Replace what is known by what ``change`` makes of it, and return that; None and the same change nothing.

        ``change`` may be called several times. Raises `RuleBrokenError` for more than the table can hold.
        """
        ...

    def devices_of(self, edge: BirthKey) -> list[BirthKey]:
        """The devices of an edge node that were born."""
        ...

    def number(self, edge: BirthKey, change: Callable[[NumberSequence | None], NumberSequence]) -> None:
        """As `update`, for what is known of an edge node's sequence numbers."""
        ...

    def may_ask(self, edge: BirthKey, now_ms: int, every_ms: int) -> bool:
        """Whether the edge node may be asked for its births now; True to one caller in each such time."""
        ...


class Commands(Protocol):
    def publish(self, topic: str, payload: bytes) -> None:
        """Raises `TemporaryFailureError` where a repetition may help."""
        ...


class SparkplugHost:
    """Call `take_in` with all messages of a batch before any of them is read by the births that `birth_for` knows."""

    def __init__(self, table: BirthTable, commands: Commands, *, now_ms: Callable[[], int]) -> None:
        self._table = table
        self._commands = commands
        self._now_ms = now_ms
        self._known: dict[BirthKey, Lineage] = {}
        self.missing = 0
        """Messages of the batch's edge nodes that are lost, by their numbers."""
        self.asked = 0
        """Edge nodes that were asked for their births on behalf of this batch."""

    def take_in(self, messages: Sequence[SparkplugMessage]) -> dict[int, RuleBrokenError]:
        """Learn from the births and deaths of a batch; returns the births that cannot be kept, by place."""
        self.missing = self.asked = 0
        self._known = self._table.load({key for message in messages for key in (message.edge, message.key)})
        refused: dict[int, RuleBrokenError] = {}
        for place, message in sorted(enumerate(messages), key=lambda item: item[1].sent_ms):
            try:
                self._learn(message)
            except RuleBrokenError as error:
                refused[place] = error
        self._count(messages)
        return refused

    def birth_for(self, message: SparkplugMessage) -> Birth | None:
        """The birth that names this message's metrics; None if it has not come yet."""
        lineage, edge = self._known.get(message.key), self._known.get(message.edge)
        if lineage is None or any(known is not None and known.is_dead(message.arrived_ms) for known in (lineage, edge)):
            return None
        birth = lineage.at(message.sent_ms)
        if message.topic.device is not None and edge is not None and edge.born_between(birth.born_ms, message.sent_ms):
            # With the edge node all of its devices are born anew.
            return None
        return birth

    def is_over(self, message: SparkplugMessage) -> bool:
        """Whether the session of a message ended before any birth of it came: no birth will ever name its metrics."""
        return any(
            lineage is not None and lineage.died_between(message.arrived_ms, message.sent_ms)
            for lineage in (self._known.get(message.edge), self._known.get(message.key))
        )

    def ask(self, edge: BirthKey) -> None:
        """Ask an edge node for its births, unless it was asked just now."""
        now_ms = self._now_ms()
        if self._table.may_ask(edge, now_ms, ASK_EVERY_MS):
            self._commands.publish(rebirth_topic(edge), rebirth_payload(now_ms))
            self.asked += 1

    def devices_of(self, edge: BirthKey) -> list[BirthKey]:
        """The devices that go offline together with an edge node."""
        return self._table.devices_of(edge)

    def is_stale(self, message: SparkplugMessage) -> bool:
        """Whether a death is that of an earlier session of its edge node, which is alive again."""
        lineage = self._known.get(message.edge)
        if lineage is None or message.payload is None or message.topic.type is not MessageType.NODE_DEATH:
            return False
        bd_seq = bd_seq_of(message.payload)
        return None not in (bd_seq, lineage.latest.bd_seq) and bd_seq != lineage.latest.bd_seq

    def _learn(self, message: SparkplugMessage) -> None:
        if message.payload is None:
            return
        if message.topic.type.is_birth:
            birth = birth_of(message.payload, message.arrived_ms)
            self._update(message.key, lambda known: Lineage(birth) if known is None else known.with_birth(birth))
        elif message.topic.type.is_death and not self.is_stale(message):
            self._update(message.key, lambda known: None if known is None else known.with_death(message.arrived_ms))

    def _update(self, key: BirthKey, change: Callable[[Lineage | None], Lineage | None]) -> None:
        known = self._known.get(key)
        if change(known) is not known:
            changed = self._table.update(key, change)
            if changed is not None:
                self._known[key] = changed

    def _count(self, messages: Iterable[SparkplugMessage]) -> None:
        """Find out which messages are missing."""
        numbered: dict[BirthKey, list[Numbered]] = {}
        for message in messages:
            if message.payload is not None and message.payload.seq is not None:
                born = message.topic.type is MessageType.NODE_BIRTH
                number = Numbered(message.payload.seq, message.sent_ms, message.arrived_ms, born)
                numbered.setdefault(message.edge, []).append(number)
        for edge, numbers in numbered.items():
            missing = self._observe(edge, numbers)
            if missing:
                self.missing += missing
                self.ask(edge)

    def _observe(self, edge: BirthKey, numbers: Sequence[Numbered]) -> int:
        missing = 0

        def change(known: NumberSequence | None) -> NumberSequence:
            nonlocal missing
            first = min(numbers, key=lambda item: item.sent_ms)
            sequence, missing = observe(known or first_sequence(first), numbers)
            return sequence

        self._table.number(edge, change)
        return missing


def message_of(topic: str, payload: bytes, arrived_ms: int) -> SparkplugMessage:
    """Raises `RuleBrokenError` for another topic or payload than Sparkplug's."""
    parsed = parse_topic(topic)
    return SparkplugMessage(parsed, parse_payload(payload) if parsed.type.carries_data else None, arrived_ms)
