"""What each key of an object is for, by the paths that a format names.

``Value.SourceTimestamp`` makes ``SourceTimestamp`` a time inside of ``Value``, in every object in which a message's
elements lie, from the element outwards. Each key is looked up once, then remembered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.names import Slot, meaning_of

if TYPE_CHECKING:
    from collections.abc import Sequence

OTHER_TIME = "another time"
"""The role of a usual name of times where the format names another place for the time."""
AFTER = 1000
"""The first rank of names that the format does not give."""
_MOST_KEYS = 4096
_MOST_SHAPES, _LONGEST_SHAPE, _LONGEST_KEY = 1024, 64, 256
"""What is remembered never grows beyond some megabytes, whatever keys messages have."""

Shape = tuple[tuple[str, str, int], ...]
"""Keys, each with its role and rank."""


class NamedPath(NamedTuple):
    """A path of keys, its role, and its place among the paths of the role: the lowest rank counts."""

    path: str
    role: str
    rank: int


class KeyUse(NamedTuple):
    """What a key is for; the empty one means that it is skipped."""

    ranks: tuple[tuple[str, int], ...] = ()
    """Roles of the key's value, each with its rank."""
    inside: Node | None = None
    """What the keys of the object are for that it holds."""
    soft: bool = False
    """The key is also a name of measures: its value decides, see `lambda_src.common.readings.names.SOFT`."""


SKIPPED = KeyUse()
UNSEEN = KeyUse(soft=True)
"""Not looked up yet."""


class UsualNames(NamedTuple):
    """What a format leaves to the table of names."""

    roles: frozenset[str]
    other_times: bool
    """Whether the usual names of times are those of other times than the format's."""
    measures: frozenset[str]
    """Names of entries that are measures, whatever the table says of them."""


class Node:
    """The uses of the keys of one object."""

    def __init__(
        self, paths: Sequence[NamedPath], skip: Sequence[str], everywhere: Sequence[str], usual: UsualNames | None
    ):
        """``skip`` are paths from here on, ``everywhere`` those from anywhere; ``usual`` is None inside of paths."""
        self.known: dict[str, KeyUse | None] = {}
        self._paths, self._skip, self._everywhere, self._usual = paths, skip, everywhere, usual
        self._skips = re.compile("|".join(map(_pattern, (*skip, *everywhere))) or "(?!)").fullmatch
        self._steps: dict[str, Node] = {}
        self.positions = any(each.path.partition(".")[0].isdecimal() for each in paths)
        """Whether the keys may be the places of a list's items."""
        self._shapes: dict[tuple[str, ...], Shape | None] = {}
        self._lenient = False
        """Whether all keys that no path names are skipped."""

    def find(self, key: str) -> KeyUse | None:
        """Look a key up and remember it; None if nobody knows it."""
        use = self._find(key)
        if len(self.known) < _MOST_KEYS and len(key) <= _LONGEST_KEY:
            self.known[key] = use
        return use

    def step(self, key: str, root: Node) -> Node:
        """The node of the object that a step of this name leads to: there all paths begin once more."""
        found = self._steps.get(key)
        if found is None:
            paths, skip = self._below(key)
            if paths or skip:
                found = Node((*root._paths, *paths), (*root._skip, *skip), self._everywhere, self._usual)
            else:
                found = root
            self._steps[key] = found
        return found

    def shape(self, keys: tuple[str, ...]) -> Shape | None:
        """What the keys of an element are for, if each is either skipped or for one role; None for other elements."""
        if len(keys) > _LONGEST_SHAPE:
            return None
        try:
            return self._shapes[keys]
        except KeyError:
            shape = self._shape(keys)
            if len(self._shapes) < _MOST_SHAPES and max(map(len, keys), default=0) <= _LONGEST_KEY:
                self._shapes[keys] = shape
            return shape

    def _shape(self, keys: tuple[str, ...]) -> Shape | None:
        shape: list[tuple[str, str, int]] = []
        for key in keys:
            use = self.find(key)
            if use is None or use.soft or len(use.ranks) > 1 or (use.inside is not None and not use.ranks):
                return None
            shape.extend((key, role, rank) for role, rank in use.ranks)
        values = [role for _, role, _ in shape if role == Slot.VALUE]
        return tuple(shape) if len(values) <= 1 else None

    def _find(self, key: str) -> KeyUse | None:
        ranks = tuple((each.role, each.rank) for each in self._paths if each.path == key)
        skipped = self._lenient or self._skips(key) is not None
        paths, skip = self._below(key)
        inside = None
        if paths or (skip and not skipped):
            inside = Node(paths, skip, self._everywhere, None)
            inside._lenient = skipped
        if ranks or inside is not None:
            return KeyUse(ranks, inside)
        return SKIPPED if skipped else self._usually(key)

    def _below(self, key: str) -> tuple[list[NamedPath], list[str]]:
        """The rest of each path that leads through a key."""
        start = f"{key}."
        size = len(start)
        paths = [each._replace(path=each.path[size:]) for each in self._paths if each.path.startswith(start)]
        parted = ((path, path.partition(".")) for path in (*self._skip, *self._everywhere) if "." in path)
        skip = [
            path[size:] if path.startswith(start) else rest
            for path, (first, _, rest) in parted
            if path.startswith(start) or re.fullmatch(_pattern(first), key)
        ]
        return paths, skip

    def _usually(self, key: str) -> KeyUse | None:
        usual = self._usual
        if usual is None or key in usual.measures:
            return None
        meaning = meaning_of(key)
        if meaning is None:
            return None
        if meaning.role in usual.roles:
            return KeyUse(((meaning.role, AFTER + meaning.place),), soft=meaning.soft)
        if meaning.role == Slot.TIME and usual.other_times:
            return KeyUse(((OTHER_TIME, meaning.place),), soft=meaning.soft)
        return SKIPPED if meaning.role == Slot.HOUSEKEEPING else None


def _pattern(path: str) -> str:
    """``*`` stands for any characters."""
    return ".*".join(map(re.escape, path.split("*")))
