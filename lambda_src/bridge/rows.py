"""Readings as lines of comma-separated values.

The text is UTF-8, with or without a byte order mark; lines end with LF or CR LF, and empty ones count for nothing.
The first line decides on the separator: ``;`` where it holds one, else ``,``. A field may have spaces around it or
stand in double quotes, and never contains the separator.

A first line that names its columns - ``sensor_type``, ``value`` and, if wanted, ``timestamp``, in any order and case -
is a header, and each line has exactly these columns. Without a header a line of three columns is
``timestamp,sensor_type,value``, one of two ``sensor_type,value``. A timestamp is seconds, milliseconds or ISO 8601
with a zone; without one the time of arrival counts. A value is a decimal number with a point, since a comma could
group thousands as well. A sensor type has a letter: one without is a column that went astray.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings import fields
from lambda_src.common.readings.numbers import parse_value
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sensor_names import parse_sensor_type
from lambda_src.common.readings.times import parse_timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?").fullmatch
_LETTER = re.compile(r"[A-Za-z]").search
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_BY_COUNT = {2: ("sensor_type", "value"), 3: ("timestamp", "sensor_type", "value")}
_HEADERS = tuple(map(frozenset, _BY_COUNT.values()))


class Rows(NamedTuple):
    """The readings of the lines that follow the rules, and the bytes of those that do not."""

    readings: list[Reading]
    bad: list[bytes]


def read_rows(text: bytes, *, device_id: str, arrived_ms: int) -> Rows:
    """Every line as a reading or as bad; without any reading the text is something else than rows."""
    rows = Rows([], [])
    lines = [line for line in text.removeprefix(_BYTE_ORDER_MARK).split(b"\n") if line.strip()]
    if not lines:
        return rows
    separator = b";" if b";" in lines[0] else b","
    header = _header(lines[0].split(separator))
    for line in lines[1:] if header else lines:
        try:
            rows.readings.append(_read(line.split(separator), header, device_id, arrived_ms))
        except RuleBrokenError:
            rows.bad.append(line.strip())
    return rows


def _header(cells: Sequence[bytes]) -> tuple[str, ...] | None:
    try:
        names = tuple(_clean(cell).lower() for cell in cells)
    except RuleBrokenError:
        return None
    return names if len(set(names)) == len(names) and frozenset(names) in _HEADERS else None


def _read(cells: Sequence[bytes], header: tuple[str, ...] | None, device_id: str, arrived_ms: int) -> Reading:
    names = header or _BY_COUNT.get(len(cells))
    if names is None or len(cells) != len(names):
        raise RuleBrokenError(Reason.NO_MEASURES, "the line does not have the columns of a reading")
    row = dict(zip(names, map(_clean, cells), strict=True))
    sensor_type = row["sensor_type"]
    if not _LETTER(sensor_type):
        raise RuleBrokenError(Reason.INVALID_SENSOR_TYPE, "the sensor type has no letter")
    return Reading(
        fields.parse_device_id(device_id),
        parse_sensor_type(sensor_type),
        parse_value(_number(row["value"])),
        parse_timestamp(_timestamp(row.get("timestamp", "")), arrived_ms),
        arrived_ms,
    )


def _clean(cell: bytes) -> str:
    try:
        text = cell.decode().strip()
    except UnicodeDecodeError as error:
        raise RuleBrokenError(Reason.INVALID_UTF8, "the line is not UTF-8") from error
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] == '"' else text


def _number(text: str) -> float:
    number = float(text) if _NUMBER(text) else math.nan
    if not math.isfinite(number):
        raise RuleBrokenError(Reason.INVALID_VALUE, "the value must be a decimal number")
    return number


def _timestamp(text: str) -> float | str | None:
    if not text:
        return None
    return _number(text) if _NUMBER(text) else text
