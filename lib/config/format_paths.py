"""Paths of a format that can never match."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lambda_src.common.readings.formats.compiled import listed, parts_of, paths_by_role
from lambda_src.common.readings.formats.steps import ENTRIES, SELF, parse_steps, without_steps
from lambda_src.common.readings.formats.topics import parse_filter
from lambda_src.common.readings.names import Slot

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from lambda_src.common.readings.formats.spec import Format
    from lambda_src.common.readings.formats.steps import Steps
    from lib.config.errors import Problem

_KEYS = {
    Slot.TYPE: "sensor",
    Slot.VALUE: "value",
    Slot.TIME: "time",
    "time base": "time_base",
    "value base": "value_base",
    Slot.QUALITY: "quality",
    Slot.UNIT: "unit",
    Slot.DEVICE: "device",
    Slot.LINE: "line",
    Slot.INTERVAL: "interval",
}


def path_problems(form: Format) -> Iterator[Problem]:
    """Yields each path that leads nowhere, or that the format skips as well."""
    ways = yield from _ways(form)
    columns = frozenset(form.header) if form.encoding == "csv" else frozenset()
    entries = max((steps.count(ENTRIES) for steps in ways), default=0)
    for key, path in _paths(form):
        plain = without_steps(path)
        if path.startswith("@"):
            allowed = _at_problem(form, path, entries, is_value=key == "value")
            if allowed:
                yield key, path, allowed
        elif not plain or plain.startswith(".") or plain.endswith(".") or ".." in plain:
            yield key, path, "keys with dots between them"
        elif columns and plain not in columns:
            yield key, path, f"one of the columns {', '.join(form.header)}"

    skipped = frozenset(map(without_steps, form.skip))
    for role, paths in paths_by_role(form).items():
        if paths and skipped.issuperset(map(without_steps, paths)):
            yield _KEYS[role], paths[0], "a path that is not in 'skip'"


def _ways(form: Format) -> Generator[Problem, None, list[Steps]]:
    """Returns the steps of 'each' and 'outages' that can be read."""
    ways: list[Steps] = []
    for key in ("each", "outages"):
        for path in listed(getattr(form, key)):
            try:
                steps = parse_steps(path)
            except ValueError:
                yield key, path, "keys with dots between them, [] for lists and {} for the entries of objects"
                continue
            ways.append(steps)
            if form.encoding == "csv" and steps not in ((), (ENTRIES,)):
                yield key, path, "'{}' or left out: a row has cells and nothing else"
    return ways


def _paths(form: Format) -> Iterator[tuple[str, str]]:
    """Every path with its key."""
    for role, paths in paths_by_role(form).items():
        parts = parts_of(role, paths)
        yield from ((_KEYS[role], path) for path in ([path for path, part in parts if part] if parts else paths))
    yield from (("metadata", path) for path in form.metadata)


def _at_problem(form: Format, path: str, entries: int, *, is_value: bool) -> str | None:
    """What is allowed instead of a path with ``@``; None if it can match."""
    if path == SELF:
        return None if is_value else "a key: only a value is the element itself"
    if path in ("@key", "@path") or re.fullmatch(r"@key\d+", path):
        number = int(path[4:]) if path[4:].isdecimal() else 1
        return None if 1 <= number <= entries else f"a {{}} in 'each' that gives it (there are {entries})"
    try:
        names = {name for text in listed(form.topic) for name in parse_filter(text).names if name}
    except ValueError:
        return None
    return None if path[1:] in names else "the name of a level in 'topic', such as {hall}"
