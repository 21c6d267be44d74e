"""Where the elements of a message are: the steps of `Format.each`, and which way of several a message goes."""

from __future__ import annotations

import re
from typing import Final

LIST: Final = "[]"
ENTRIES: Final = "{}"
SELF: Final = "@"

_PART = re.compile(r"(\[\]|\{\})|\.?([^.\[\]{}]+)")
_MARKS = re.compile(r"(?:\[\]|\{\})\.?")

Steps = tuple[str, ...]
"""Keys, and `LIST` or `ENTRIES` for what is inside of a list or object."""


def parse_steps(path: str) -> Steps:
    """The steps of a path such as ``Messages[].Payload{}``; raises ``ValueError`` for another text."""
    if path == SELF:
        return ()
    steps: list[str] = []
    place = 0
    while place < len(path):
        found = _PART.match(path, place + (path[place] == "." and steps[-1:] in ([LIST], [ENTRIES])))
        if found is None or (not steps and path.startswith(".")):
            raise ValueError(f"{path!r} is not a path of keys, [] and {{}}")
        steps.append(found[1] or found[2])
        place = found.end()
    return tuple(steps)


def without_steps(path: str) -> str:
    """A path of keys alone: ``vals[].q`` is looked up in the entries of ``vals`` like ``vals.q``."""
    if "[]" not in path and "{}" not in path:
        return path
    return _MARKS.sub(".", path).strip(".")


def is_there(value: object, steps: Steps) -> bool:
    """Whether a message has the place that the steps lead to, in at least one of the elements on the way."""
    for number, step in enumerate(steps):
        rest = steps[number + 1 :]
        if step == LIST:
            return isinstance(value, list) and (not rest or any(is_there(each, rest) for each in value))
        if step == ENTRIES:
            return isinstance(value, dict) and (not rest or any(is_there(each, rest) for each in value.values()))
        if not isinstance(value, dict) or value.get(step) is None:
            return False
        value = value[step]
    return True


def choose(value: object, ways: tuple[Steps, ...]) -> Steps | None:
    """The first way that a message has; a message that is a list of such messages has it too."""
    for steps in ways:
        around = (LIST, *steps) if isinstance(value, list) and steps[:1] != (LIST,) else steps
        if len(ways) == 1 or is_there(value, around):
            return around
    return None
