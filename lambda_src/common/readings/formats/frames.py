"""The objects around an element, and what their fields say for all elements in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.formats.uses import OTHER_TIME, SKIPPED, UNSEEN, KeyUse, Node
from lambda_src.common.readings.names import Slot
from lambda_src.common.readings.quality import reads_as_quality
from lambda_src.common.readings.times import could_be_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.readings.formats.uses import Shape

Best = dict[str, tuple[int, object]]
"""By role: the rank of the field that was found for it, and its value."""
Rest = list[tuple[str, object]]

_PLAIN = frozenset((Slot.TYPE, Slot.DEVICE, Slot.UNIT, Slot.LINE, Slot.INTERVAL))
"""Roles that only a text or a number fills."""
_SCALARS = frozenset((str, int, float, bool))
WHOLE = 500
"""Is added to the rank of an object that has paths inside of it: what is found inside counts first."""


class Frame:
    """Where the reader is: what the objects around say, and how it came here."""

    __slots__ = ("_parent", "_step", "best", "doubt", "keys", "node")

    def __init__(
        self, best: Best, node: Node, keys: tuple[str, ...] = (), parent: Frame | None = None, step: str | int = ""
    ) -> None:
        self.best, self.node, self.keys = best, node, keys
        """The last are the names of the entries on the way."""
        self._parent, self._step = parent, step
        self.doubt: str | None = None if parent is None else parent.doubt
        """The path of a field around that nobody knows and that may be the time."""

    def at(self, key: str, node: Node) -> Frame:
        """Inside of the field of this name."""
        return Frame(self.best, node, self.keys, self, key)

    def entry(self, key: str) -> Frame:
        """Inside of the entry of this name."""
        return Frame(self.best, self.node, (*self.keys, key), self, key)

    def item(self, index: int) -> Frame:
        """Inside of the item at this place of a list."""
        return Frame(self.best, self.node, self.keys, self, index)

    def path(self) -> str:
        """With the indexes of lists, for refusals of single elements."""
        return self._joined("[{}]")

    def pattern(self) -> str:
        """Without them, for refusals of what is alike in all elements."""
        return self._joined("[]")

    def _joined(self, index: str) -> str:
        if self._parent is None:
            return ""
        before = self._parent._joined(index)
        if isinstance(self._step, int):
            return before + index.format(self._step)
        return joined(before, self._step)


def joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def by_place(items: list[object]) -> dict[str, object]:
    """A list as an object whose keys are the places of its items."""
    return {str(place): item for place, item in enumerate(items)}


def shaped(outer: Best, content: Mapping[str, object], shape: Shape) -> Best | None:
    """What `merged` makes of an element of this shape; None if it holds more than plain values."""
    best = dict(outer)
    for key, role, rank in shape:
        value = content[key]
        if type(value) not in _SCALARS:
            return None
        known = best.get(role)
        if known is None or rank <= known[0]:
            best[role] = (rank, value)
    return best


def merged(outer: Best, inner: Best) -> Best:
    """The lower rank of each role; of two equal ones that of the inner object."""
    if not outer:
        return inner
    best = dict(outer)
    for role, found in inner.items():
        known = best.get(role)
        if known is None or found[0] <= known[0]:
            best[role] = found
    return best


class Look:
    """What one look at an object's keys finds."""

    __slots__ = ("best", "deeper", "rest", "skipped")

    def __init__(self) -> None:
        self.best: Best = {}
        self.rest: Rest = []
        """Keys of the object that nobody knows; they may be elements."""
        self.deeper: Rest = []
        """Such keys of objects inside of it, with dots."""
        self.skipped: list[str] = []

    def at(self, content: Mapping[str, object], node: Node, prefix: str, steps: frozenset[str] | None) -> None:
        """Look at every key of an object; ``steps`` lead on from it to elements, None in the element itself."""
        rest = self.deeper if prefix else self.rest
        known = node.known
        for key, value in content.items():
            if steps and key in steps and not prefix:
                continue
            use = known.get(key, UNSEEN)
            if use is UNSEEN:
                use = node.find(key)
            if use is None:
                rest.append((prefix + key, value))
            elif use is SKIPPED or value is None:
                self.skipped.append(prefix + key)
            elif not self._take(use, prefix + key, value, outer=steps is not None):
                rest.append((prefix + key, value))

    def _take(self, use: KeyUse, path: str, value: object, *, outer: bool) -> bool:
        """Take a value for its roles; False if it has none here."""
        ranks, inside, soft = use
        if soft and not _means(ranks[0][0], value):
            return False
        if inside is not None and inside.positions and isinstance(value, list):
            value = by_place(value)
        whole = inside is not None and isinstance(value, dict)
        taken = whole
        for role, rank in ranks:
            if outer and role is Slot.VALUE:
                continue
            taken |= self._put(role, rank + WHOLE if whole else rank, value)
        if whole and inside is not None and isinstance(value, dict):
            self.at(value, inside, f"{path}.", frozenset() if outer else None)
        return taken

    def _put(self, role: str, rank: int, value: object) -> bool:
        """Keep a value where no better one is known; False for a second value of one element, and for an object or
        array that cannot be what its role says.
        """
        if role in _PLAIN and isinstance(value, dict | list):
            return rank >= WHOLE
        known = self.best.get(role)
        if known is None:
            self.best[role] = (rank, value)
            return True
        if role is Slot.VALUE and known[0] < WHOLE and rank < WHOLE:
            return False
        if rank < known[0]:
            self.best[role] = (rank, value)
        return True


def _means(role: str, value: object) -> bool:
    if role in (Slot.TIME, OTHER_TIME):
        return could_be_time(value)
    return isinstance(value, bool) or (isinstance(value, str) and reads_as_quality(value))
