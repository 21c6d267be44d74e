"""Makes a failing schedule as short as it can be: in seconds, for which hypothesis' own way takes minutes."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.model.schedule import Schedule


def shrink(schedule: Schedule, fails: Callable[[Schedule], bool]) -> Schedule:
    """A schedule that fails as well, and from which nothing can be left out alone."""
    smaller = True
    while smaller:
        smaller = False
        for candidate in _less(schedule):
            if fails(candidate):
                schedule, smaller = candidate, True
                break
    return schedule


def _less(value: Any) -> Iterator[Any]:
    """Everything that has one thing less than ``value``, large parts first."""
    if isinstance(value, tuple) and not any(isinstance(part, str) for part in value):
        if len(value) > 3:
            middle = len(value) // 2
            yield from (value[:middle], value[middle:])
        yield from (value[:place] + value[place + 1 :] for place in range(len(value) - 1, -1, -1))
        for place, part in enumerate(value):
            yield from ((*value[:place], less, *value[place + 1 :]) for less in _less(part))
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            now = getattr(value, field.name)
            if field.default is not MISSING and now != field.default:
                yield replace(value, **{field.name: field.default})
            needed = field.name in ("readings", "deliveries")
            yield from (replace(value, **{field.name: less}) for less in _less(now) if less or not needed)
