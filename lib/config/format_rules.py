"""Formats that contradict themselves, or that no message can match, and formats that claim the same messages."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lambda_src.common.readings.formats.compiled import listed
from lambda_src.common.readings.formats.named_formats import format_names
from lambda_src.common.readings.formats.table import extended
from lambda_src.common.readings.formats.topics import TopicFilter, parse_filter
from lib.config.format_paths import path_problems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_src.common.readings.formats.spec import Format
    from lib.config.errors import Problem

_CSV_ONLY = ("delimiter", "decimal", "header")
_PATTERNS = ("from_", "value_from", "device_from")
_SPARKPLUG_HAS = ("each", "sensor", "value", "time", "quality", "unit", "device", "compression")
_EXAMPLE = datetime(2025, 11, 21, 18, 5, 40, tzinfo=UTC)


def format_problems(formats: Sequence[Format], where: str = "formats") -> Iterator[Problem]:
    """Yields each problem of a deployment's formats; ``where`` is the key of their list."""
    names = Counter(form.name for form in formats)
    for place, form in enumerate(formats):
        key = f"{where}[{place}]"
        if names[form.name] > 1:
            yield f"{key}.name", form.name, "a name that no other format has"
        if form.name in format_names():
            yield f"{key}.name", form.name, f"another name than that of a named format; extends = {form.name!r} is"
        if form.extends is not None and form.extends not in format_names():
            yield f"{key}.extends", form.extends, f"one of {', '.join(format_names())}"
        for name, value, allowed in problems_of(extended(form)):
            yield f"{key}.{name}", value, allowed
    yield from _claims(formats, where)


def problems_of(form: Format) -> Iterator[Problem]:
    """What is wrong with one format by itself."""
    yield from path_problems(form)
    for name in _PATTERNS:
        pattern = getattr(form, name)
        if pattern is not None and not _has_group(pattern):
            yield name.removesuffix("_"), pattern, "a regular expression with a group in parentheses"
    both = sorted({str(each) for each in form.good} & {str(each) for each in form.uncertain})
    if both:
        yield "uncertain", both[0], "a value that is not in 'good'"
    yield from _times(form)
    yield from _encoding(form)


def _encoding(form: Format) -> Iterator[Problem]:
    if form.encoding != "csv":
        for name in _CSV_ONLY:
            if getattr(form, name) not in (None, ".", ()):
                yield name, getattr(form, name), "left out: it is for encoding = 'csv'"
    elif form.delimiter == form.decimal:
        yield "delimiter", form.delimiter, "another character than 'decimal'"
    if form.encoding == "sparkplug-b":
        for name in _SPARKPLUG_HAS:
            if getattr(form, name):
                yield name, getattr(form, name), "left out: Sparkplug's payload says it itself"


def _times(form: Format) -> Iterator[Problem]:
    if form.time_unit is not None and form.time_format is not None:
        yield "time_unit", form.time_unit, "left out beside 'time_format'"
    if form.time_unit == "days" and form.zone is None:
        yield "zone", None, "a time zone such as Europe/Berlin while time_unit = 'days'"
    if form.time_format is not None and not _says_a_day(form.time_format):
        yield "time_format", form.time_format, "a form of strptime with year, month and day"
    if form.zone is not None and not _is_zone(form.zone):
        yield "zone", form.zone, "an IANA time zone such as Europe/Berlin"


def _claims(formats: Sequence[Format], where: str) -> Iterator[Problem]:
    """Formats to which one message would belong."""
    filters: list[tuple[str, TopicFilter, Format]] = []
    for place, form in enumerate(formats):
        for text in listed(extended(form).topic):
            try:
                filters.append((f"{where}[{place}].topic", parse_filter(text), form))
            except ValueError as error:
                yield f"{where}[{place}].topic", text, str(error).partition(": ")[2]
    for (_, one, form), (key, other, another) in combinations(filters, 2):
        if form is not another and one.overlaps(other):
            yield key, other.text, f"a filter that matches no topic of {one.text!r}, which belongs to {form.name!r}"
    taken: dict[str, str] = {}
    for place, form in enumerate(formats):
        if form.entrypoint is not None and taken.setdefault(form.entrypoint, form.name) != form.name:
            yield f"{where}[{place}].entrypoint", form.entrypoint, f"one format only; {taken[form.entrypoint]!r} has it"


def _has_group(pattern: str) -> bool:
    try:
        return re.compile(pattern).groups >= 1
    except re.error:
        return False


def _says_a_day(time_format: str) -> bool:
    try:
        moment = datetime.strptime(_EXAMPLE.strftime(time_format), time_format)  # noqa: DTZ007
    except ValueError:
        return False
    return (moment.year, moment.month, moment.day) == (2025, 11, 21)


def _is_zone(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
