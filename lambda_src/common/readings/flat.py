"""The fields of a flat message: which are measures, which are their qualities, and which are neither."""

from __future__ import annotations

from typing import NamedTuple

from lambda_src.common.readings.names import DATE_PARTS, is_nameless, plain
from lambda_src.common.readings.numbers import reads_as_number
from lambda_src.common.readings.own_quality import Field, split_qualities
from lambda_src.common.readings.rejects import Reason, RuleBrokenError


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
