"""Which messages of an edge node are missing, by their sequence numbers 0 to 255. Pure.

Messages may arrive in another order than they were sent in: a number counts as missing only when later ones have waited
for it for `PATIENCE_MS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

PATIENCE_MS = 60_000
"""Of arrival time. The bridge's queue delivers out of order, by seconds."""
_NUMBERS = 256


class Numbered(NamedTuple):
    """One message: its number, its time by the edge node's clock, and its arrival by the broker's."""

    seq: int
    sent_ms: int
    arrived_ms: int
    is_birth: bool = False
    """Whether it is a birth of the edge node, which numbering starts with."""


class Sequence(msgspec.Struct, frozen=True, array_like=True):
    """What is known of an edge node's numbers."""

    expected: int
    """The lowest number that was not seen yet."""
    seen_ms: int = 0
    """When the message before that one was sent: what is older was seen, or is lost."""
    ahead: tuple[Numbered, ...] = ()
    """Messages behind the one that was not seen yet."""


class Observed(NamedTuple):
    sequence: Sequence
    missing: int
    """Messages that are lost."""


def observe(known: Sequence, messages: Iterable[Numbered]) -> Observed:
    """Take in the messages of a batch, which may hold some that were seen already."""
    counter = _Counter(known)
    latest_ms = 0
    for message in sorted(messages, key=lambda item: item.sent_ms):
        counter.take(message)
        latest_ms = max(latest_ms, message.arrived_ms)
    ahead = counter.ahead.values()
    missing = 0
    if ahead and latest_ms - min(item.arrived_ms for item in ahead) > PATIENCE_MS:
        missing = counter.give_up()
    return Observed(Sequence(counter.expected, counter.seen_ms, tuple(counter.ahead.values())), missing)


def first_sequence(message: Numbered) -> Sequence:
    """What is known before the first message of an edge node."""
    return Sequence(message.seq, message.sent_ms - 1)


class _Counter:
    def __init__(self, known: Sequence) -> None:
        self.expected = known.expected
        self.seen_ms = known.seen_ms
        self.ahead = {item.seq: item for item in known.ahead}

    def take(self, message: Numbered) -> None:
        if message.is_birth:
            if message.sent_ms > self.seen_ms:
                self.ahead = {seq: item for seq, item in self.ahead.items() if item.sent_ms > message.sent_ms}
                self._pass(message)
        elif message.seq == self.expected:
            self._pass(message)
        elif message.sent_ms >= self.seen_ms:
            self.ahead[message.seq] = message

    def give_up(self) -> int:
        """Pass over the messages that are missing; returns how many they are."""
        first = min(self.ahead.values(), key=lambda item: (item.seq - self.expected) % _NUMBERS)
        missing = (first.seq - self.expected) % _NUMBERS
        self._pass(self.ahead.pop(first.seq))
        return missing

    def _pass(self, message: Numbered) -> None:
        following: Numbered | None = message
        while following is not None:
            self.expected = (following.seq + 1) % _NUMBERS
            self.seen_ms = max(self.seen_ms, following.sent_ms)
            following = self.ahead.pop(self.expected, None)
