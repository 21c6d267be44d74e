"""A format made ready for reading: its paths by role, its options as functions."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings.formats.frames import WHOLE
from lambda_src.common.readings.formats.options import Qualities, SensorNames, Times
from lambda_src.common.readings.formats.steps import ENTRIES, SELF, parse_steps, without_steps
from lambda_src.common.readings.formats.uses import AFTER, NamedPath, Node, UsualNames
from lambda_src.common.readings.formats.values import value_reader
from lambda_src.common.readings.names import ALIASES, Slot, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambda_src.common.readings.formats.spec import Format

BASE, VALUE_BASE = "time base", "value base"
"""Roles that only formats have, beside those of `Slot`."""
_BRACES = re.compile(r"\{([^{}]+)\}")
_POSITION = re.compile(r"\d+(\.|$)")
_USUAL = frozenset(
    (
        *(Slot.TYPE, Slot.VALUE, Slot.TIME, Slot.QUALITY, Slot.UNIT, Slot.DEVICE, Slot.LINE, Slot.INTERVAL),
        Slot.METADATA,
    )
)


class CompiledFormat:
    """What the engine needs of one format; making it costs some milliseconds."""

    def __init__(self, form: Format) -> None:
        self.form = form
        self.name = form.name
        self.ways = tuple(map(parse_steps, listed(form.each))) or ((),)
        self.outages = tuple(map(parse_steps, listed(form.outages)))
        self.sensor_type, self.times, self.qualities = SensorNames(form), Times(form), Qualities(form)
        self.shortens = bool(form.last or form.from_)
        """Whether two names could become one."""
        self.value, self.numbers_only = value_reader(form), form.numbers_only
        self.plain_values = not form.value or SELF in listed(form.value)
        """Whether an element may be a value and nothing else."""
        self.device_from = re.compile(form.device_from).search if form.device_from else None
        given = paths_by_role(form)
        self.parts = {role: found for role, paths in given.items() if (found := parts_of(role, paths))}
        """Of roles whose value is put together: paths, each with a role of its own, and texts without one."""
        for role, found in self.parts.items():
            given = given | {part: (path,) for path, part in found if part} | {role: ()}
        entries = any(ENTRIES in steps for steps in (*self.ways, *self.outages))
        if not form.sensor and entries:
            given[Slot.TYPE] = ("@key",)
        self.kept = {f"metadata {path}": without_steps(path).rpartition(".")[2] for path in form.metadata}
        """Roles of what is kept as metadata, and its names there."""
        paths = [NamedPath(without_steps(path), f"metadata {path}", 0) for path in form.metadata]
        self.key_meta: dict[str, list[tuple[Callable[[tuple[str, ...]], str | None], int]]] = {}
        self.topic_meta: dict[str, list[tuple[str, int]]] = {}
        for role, listing in given.items():
            for rank, path in enumerate(listing):
                if not path.startswith("@"):
                    paths.append(NamedPath(without_steps(path), role, rank))
                elif (resolve := _resolver(path)) is not None:
                    self.key_meta.setdefault(role, []).append((resolve, rank))
                elif path != SELF:
                    self.topic_meta.setdefault(role, []).append((path[1:], rank))
        given[Slot.METADATA] = form.metadata
        roles = frozenset(role for role in _USUAL if not given[role] and not (role == Slot.TYPE and form.sensor))
        usual = UsualNames(roles, bool(given[Slot.TIME]), frozenset(form.names) if entries else frozenset())
        skip = tuple(map(without_steps, form.skip))
        self.keys = Node(paths, (), skip, usual)
        self._quality_names = tuple(given[Slot.QUALITY])
        self.is_quick = not (
            self.parts or form.device_from or form.value_from or given[BASE] or given[VALUE_BASE]
        ) and self.key_meta.keys() <= {Slot.TYPE}
        """Whether an element is read from plain fields, see `lambda_src.common.readings.formats.quick`."""
        self.positions = any(_POSITION.match(each.path) for each in paths)
        """Whether an element may be a list, whose items are found by their places."""

    @cached_property
    def flat(self) -> CompiledFormat | None:
        """This format for messages whose fields are their sensors; None if it says where the readings are."""
        form = self.form
        if form.each or form.sensor or form.value or form.outages or form.interval:
            return None
        return CompiledFormat(msgspec.structs.replace(form, each="{}", sensor="@key", value=SELF))

    def knows(self, key: str) -> bool:
        """Whether a key of a message, in the outermost object, is a field of a reading or skipped."""
        return self.keys.find(key) is not None

    def quality_name(self, rank: int) -> str:
        """Under which name a quality of this rank was found."""
        return self._quality_names[rank % WHOLE] if rank < AFTER else ALIASES[Slot.QUALITY][rank - AFTER]

    def interval_unit(self, rank: int) -> str | None:
        """The unit of an interval that the format names; None for one of a usual name."""
        return self.form.interval_unit if rank < AFTER else None

    @staticmethod
    def interval_alias(rank: int) -> str:
        return ALIASES[Slot.INTERVAL][rank - AFTER]


def usual_rank(quality: str) -> int:
    """The rank of a quality under a usual name, which is given as `plain` writes it."""
    return AFTER + next(place for place, name in enumerate(ALIASES[Slot.QUALITY]) if plain(name) == quality)


def listed(paths: str | tuple[str, ...]) -> tuple[str, ...]:
    """A path or a list of them as a list."""
    return (paths,) if isinstance(paths, str) else paths


def parts_of(role: str, paths: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """The parts of a sensor's name or of a time that is put together, such as ``{date} {time}``; none of another one.

    Each is a path with a role of its own, or a text without one.
    """
    if role not in (Slot.TYPE, Slot.TIME) or len(paths) != 1 or "{" not in without_steps(paths[0]):
        return ()
    parts = enumerate(_BRACES.split(paths[0]))
    return tuple((part, f"{role} part {place}" if place % 2 else "") for place, part in parts if part)


def paths_by_role(form: Format) -> dict[str, tuple[str, ...]]:
    """The paths that a format gives for each role, the first one first."""
    given: Mapping[str, str | tuple[str, ...]] = {
        Slot.TYPE: form.sensor,
        Slot.VALUE: form.value,
        VALUE_BASE: form.value_base,
        Slot.TIME: form.time,
        BASE: form.time_base,
        Slot.QUALITY: form.quality,
        Slot.UNIT: form.unit,
        Slot.DEVICE: form.device,
        Slot.LINE: form.line,
        Slot.INTERVAL: form.interval,
    }
    return {role: listed(paths) for role, paths in given.items()}


def _resolver(path: str) -> Callable[[tuple[str, ...]], str | None] | None:
    """What finds ``@key``, ``@key2`` or ``@path`` in the names of the entries on the way; None for another path."""
    if path == "@key":
        return lambda keys: keys[-1] if keys else None
    if path == "@path":
        return lambda keys: ".".join(keys) or None
    if path.startswith("@key") and path[4:].isdecimal():
        place = int(path[4:]) - 1
        return lambda keys: keys[place] if 0 <= place < len(keys) else None
    return None
