"""Read CSV with a header: one reading per row."""

from __future__ import annotations

import csv
import json
import math
import re
from typing import TYPE_CHECKING

from lambda_src.common.readings.rejects import Reason
from ops.errors import InputError
from ops.send.item import Item, RefusedItem, Unsent

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEEDED = ("device_id", "sensor_type", "value")
OPTIONAL = ("timestamp", "unit", "production_line")
BROKEN = "invalid_row"
"""Reason of an invalid row. The API does not see rows."""

_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?").fullmatch
_NUMERIC = frozenset({"value", "timestamp"})


def read(lines: Iterator[tuple[int, bytes]], name: str) -> Iterator[Item | Unsent]:
    """Yield every row as a message of the API. Raises `InputError` for an invalid header.

    A row is one line; cells contain no line breaks. A value that is not a number is sent as text, so that the API says
    what is wrong with it.
    """
    _, first = next(lines)
    try:
        header = [cell.lower() for cell in _cells(first)]
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{name}: the first line is not a valid header: {error}") from error
    _check(header, name)
    return (_row(number, line, header) for number, line in lines if line.strip())


def _cells(line: bytes) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line.decode().strip()], strict=True))]


def _check(header: Sequence[str], name: str) -> None:
    known = (*NEEDED, *OPTIONAL)
    if any(column not in header for column in NEEDED):
        raise InputError(f"{name} must be NDJSON, a JSON array, or CSV whose header has {', '.join(known[:4])}")
    for column in header:
        if column not in known or header.count(column) > 1:
            raise InputError(f"{name}: column {column!r} is unknown or occurs twice; allowed are {', '.join(known)}")


def _row(number: int, line: bytes, header: Sequence[str]) -> Item | Unsent:
    try:
        cells = _cells(line)
    except UnicodeDecodeError:
        return Unsent(number, RefusedItem(Reason.INVALID_UTF8, "the text is not UTF-8"))
    except csv.Error as error:
        return Unsent(number, RefusedItem(BROKEN, f"the row is not valid CSV: {error}"))
    if len(cells) != len(header):
        return Unsent(
            number, RefusedItem(BROKEN, f"the row must have {len(header)} cells like the header (got {len(cells)})")
        )
    message = {column: _cell(column, text) for column, text in zip(header, cells, strict=True) if text}
    return Item(number, json.dumps(message).encode())


def _cell(column: str, text: str) -> str | float:
    if column in _NUMERIC and _NUMBER(text) and math.isfinite(number := float(text)):
        return number
    return text
