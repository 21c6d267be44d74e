"""The quality of one measure of several, in a field of its own: ``temperature_quality`` beside ``temperature``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.names import ALIASES, SOFT, Slot, plain
from lambda_src.common.readings.numbers import is_number
from lambda_src.common.readings.quality import read_quality, reads_as_quality, worse

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from lambda_src.common.readings.reading import Quality

_ENDINGS = tuple(sorted((plain(name) for name in ALIASES[Slot.QUALITY] if name != "q"), key=len, reverse=True))
_SOFT = frozenset(map(plain, SOFT))

Field = tuple[str, object]


def split_qualities(entries: Sequence[Field], measured: Set[str]) -> tuple[list[Field], dict[str, list[Field]]]:
    """The fields that are not the quality of a measure, and by the measure those that are.

    ``measured``, the keys of the second result and the names in it are as `names.plain` writes them; those names are
    only what says in a field's name that it is a quality.
    """
    rest: list[Field] = []
    qualities: dict[str, list[Field]] = {}
    for key, value in entries:
        found = measure_of(key)
        if found is not None and found[0] in measured and counts_as_quality(found[1], value):
            qualities.setdefault(found[0], []).append((found[1], value))
        else:
            rest.append((key, value))
    return rest, qualities


def worst_quality(quality: Quality, fields: Iterable[Field]) -> Quality:
    """The worst of a quality and of those that these fields hold.

    Raises `RuleBrokenError` for one that has no known meaning.
    """
    for name, value in fields:
        quality = worse(quality, read_quality(value, name))
    return quality


def counts_as_quality(name: str, value: Any) -> bool:
    """Whether a field of this name, as it is compared, holds a quality if it has this value."""
    if isinstance(value, str):
        return reads_as_quality(value)
    if name in _SOFT and name != "q":
        return name != "status" and (isinstance(value, bool) or (is_number(value) and value in (0, 1)))
    return isinstance(value, bool) or is_number(value)


@lru_cache(maxsize=4096)
def measure_of(name: str) -> tuple[str, str] | None:
    """The measure whose quality a field of this name would hold, and the ending that says so; None without one."""
    text = plain(name)
    if name[-2:].lower() in ("_q", "-q", " q"):
        return text[:-1], "q"
    for ending in _ENDINGS:
        if text.endswith(ending) and text != ending:
            return text.removesuffix(ending), ending
    return None
