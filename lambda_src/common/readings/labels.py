"""What each field of a message is for, by the table of names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings.names import Meaning, Slot, meaning_of, plain
from lambda_src.common.readings.numbers import is_number
from lambda_src.common.readings.quality import reads_as_quality
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.times import could_be_time

if TYPE_CHECKING:
    from collections.abc import Mapping


class Labels:
    """The fields of one message. Null and empty text count as missing, except for the value."""

    __slots__ = ("names", "qualities", "rest", "skipped", "values")

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        """By role."""
        self.names: dict[str, tuple[str, int]] = {}
        """By role, the field's name and its place among the names of the role."""
        self.qualities: list[tuple[str, object]] = []
        """All fields that hold the message's quality: the worst one counts."""
        self.rest: list[tuple[str, object]] = []
        """What has no role: measures, or fields that nobody knows."""
        self.skipped: list[str] = []
        """Housekeeping, empty fields, and further names of a role that is taken."""


def label_fields(message: Mapping[str, object]) -> Labels:
    """Sort a message's fields; raises `RuleBrokenError` for one that could mean two things."""
    labels = Labels()
    values, names = labels.values, labels.names
    for key, value in message.items():
        meaning = meaning_of(key)
        if meaning is None:
            _keep(labels, key, value)
            continue
        role = meaning.role
        if role is Slot.HOUSEKEEPING or _is_missing(value, role):
            labels.skipped.append(key)
            continue
        if not _means(meaning, key, value):
            _keep(labels, key, value)
            continue
        if role is Slot.QUALITY:
            labels.qualities.append((key, value))
        if role not in values:
            values[role], names[role] = value, (key, meaning.place)
        elif meaning.place < names[role][1]:
            labels.skipped.append(names[role][0])
            values[role], names[role] = value, (key, meaning.place)
        else:
            labels.skipped.append(key)
    return labels


def _is_missing(value: object, role: str) -> bool:
    return role is not Slot.VALUE and (value is None or value == "")


def _keep(labels: Labels, key: str, value: object) -> None:
    # An empty object or array holds nothing that could be lost.
    if value == {} or value == []:
        labels.skipped.append(key)
    else:
        labels.rest.append((key, value))


def _means(meaning: Meaning, key: str, value: object) -> bool:
    """Whether a field of this name has the role with this value: some names are those of measures and texts as well."""
    if not meaning.soft:
        return meaning.role is not Slot.BATCH and (meaning.role is not Slot.UNITS or isinstance(value, dict | str))
    if meaning.role is Slot.TIME:
        return could_be_time(value)
    name = plain(key)
    if name == "q" and is_number(value):
        detail = "the field may be a quality or a measure: describe the message in a format"
        raise RuleBrokenError(Reason.UNKNOWN_FORM, detail, key)
    if isinstance(value, str):
        return reads_as_quality(value)
    return name != "status" and (isinstance(value, bool) or (is_number(value) and value in (0, 1)))
