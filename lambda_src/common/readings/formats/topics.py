"""Topic filters with named levels: ``spBv1.0/{group}/{type}/{edge}/{device}``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}", re.ASCII).fullmatch
_RESERVED = frozenset(("key", "path"))


class TopicFilter(NamedTuple):
    """``levels`` are texts, ``+``, ``#`` at the end, or names in braces."""

    text: str
    levels: tuple[str, ...]
    names: tuple[str | None, ...]

    def match(self, topic: str) -> Mapping[str, str] | None:
        """The named levels of a topic; None if the filter does not match it."""
        given = topic.split("/")
        open_end = self.levels[-1] == "#"
        if len(given) < len(self.levels) - open_end or (len(given) > len(self.levels) and not open_end):
            return None
        found = {}
        for level, name, text in zip(self.levels, self.names, given, strict=False):
            if level == "#":
                break
            if name is not None:
                found[name] = text
            elif level not in ("+", text):
                return None
        return found

    def overlaps(self, other: TopicFilter) -> bool:
        """Whether a topic can match both filters."""
        for (one, name), (two, other_name) in zip(
            zip(self.levels, self.names, strict=True), zip(other.levels, other.names, strict=True), strict=False
        ):
            if "#" in (one, two):
                return True
            if one != two and name is other_name is None and "+" not in (one, two):
                return False
        shorter, longer = sorted((self.levels, other.levels), key=len)
        return len(shorter) == len(longer) or longer[len(shorter)] == "#"


def parse_filter(text: str) -> TopicFilter:
    """Raises ``ValueError`` for what is no topic filter."""
    levels = tuple(text.split("/"))
    names: list[str | None] = []
    for place, level in enumerate(levels):
        named = _NAME(level)
        if named is None and (set(level) & set("+#{}")) and level not in ("+", "#"):
            raise ValueError(f"{text!r}: a level is a text, +, # or a name in braces such as {{device}}")
        if level == "#" and place != len(levels) - 1:
            raise ValueError(f"{text!r}: # must be the last level")
        names.append(named[1] if named else None)
    taken = [name for name in names if name is not None]
    if len(set(taken)) != len(taken):
        raise ValueError(f"{text!r}: two levels have the same name")
    if _RESERVED & set(taken) or any(re.fullmatch(r"key\d+", name) for name in taken):
        raise ValueError(f"{text!r}: 'path', 'key' and 'key1' are names of paths already")
    return TopicFilter(text, levels, tuple(names))
