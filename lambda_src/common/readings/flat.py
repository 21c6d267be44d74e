"""The fields of a flat message: which are measures, which are their qualities, and which are neither."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.names import DATE_PARTS, Slot, is_nameless, meaning_of, plain
from lambda_src.common.readings.numbers import reads_as_number
from lambda_src.common.readings.own_quality import Field, split_qualities
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable


def is_flat(content: object, has_meaning: Callable[[str], bool]) -> bool:
    """Whether a message's fields are its measures, or, of a list of messages, those of each.

    ``has_meaning`` says of a field's name that it is something else than a measure.
    """
    messages = content if isinstance(content, list) else [content]
    return bool(messages) and all(isinstance(each, dict) and _has_measures(each, has_meaning) for each in messages)


def _has_measures(message: dict[str, object], has_meaning: Callable[[str], bool]) -> bool:
    numbers = [key for key, value in message.items() if reads_as_number(value) and not has_meaning(key)]
    roles = {meaning.role: meaning.place for key in message if (meaning := meaning_of(key)) is not None}
    single = Slot.VALUE in roles or Slot.MEASURES in roles or roles.get(Slot.TYPE) == 0
    return bool(numbers) and not single and not any(map(is_nameless, numbers))


class FlatFields(NamedTuple):
    measures: list[Field]
    qualities: dict[str, list[Field]]
    """By the measure's name as it is compared."""
    others: list[Field]


def sort_fields(rest: list[Field], *, timed: bool) -> FlatFields:
    """Sort the fields that have no role of their own.

    Raises `RuleBrokenError` for a number of which nothing says what it measures, for a date in parts that would be
    stored as measures, and if no field is a measure.
    """
    names = {plain(key): value for key, value in rest}
    if not timed and names.keys() >= DATE_PARTS:
        detail = "the message has its time in several fields: name them in a format"
        raise RuleBrokenError(Reason.INVALID_TIMESTAMP, detail, next(key for key, _ in rest if plain(key) == "year"))
    numbers = {name for name, value in names.items() if value is None or reads_as_number(value)}
    entries, qualities = split_qualities(rest, numbers)
    measures, others = [], []
    for key, value in entries:
        missing = value is None and plain(key) in qualities
        if plain(key) == "id" or not (missing or reads_as_number(value)):
            others.append((key, value))
        elif is_nameless(key):
            detail = "the field does not say what it measures: describe the message in a format"
            raise RuleBrokenError(Reason.UNKNOWN_FORM, detail, key)
        else:
            measures.append((key, value))
    if not measures:
        raise RuleBrokenError(Reason.NO_MEASURES, "the message has no value, no sensor_data and no numeric field")
    return FlatFields(measures, qualities, others)
