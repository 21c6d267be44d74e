"""Read a recorded series from a CSV file. An invalid row is an error."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from local.errors import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_COLUMNS = ("timestamp", "value")
_ALLOWED = {
    "timestamp": "an ISO 8601 date and time, in UTC unless it names a zone",
    "value": "a finite number",
}
_SHOWN = 40


class ReplayError(RunError):
    """A series that cannot be sent; one line with file, line, column, value and what is allowed."""


class SeriesRow(NamedTuple):
    """One row; rows sort by time."""

    instant: datetime
    """In UTC."""
    value: float
    line: int
    """Line in the file, from 1."""


def read_rows(path: Path) -> list[SeriesRow]:
    """Return all rows of `path`, at least one, in the order of the file. Raises `ReplayError`."""
    try:
        # Accepts a byte order mark, as spreadsheets write it.
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(_rows(path, file))
    except OSError as error:
        raise ReplayError(f"{path}: {error.strerror}; expected a CSV file") from error
    except UnicodeDecodeError as error:
        raise ReplayError(f"{path} is not UTF-8 text; expected a CSV file") from error
    if not rows:
        raise ReplayError(f"{path} has no rows; expected at least one below the header")
    return rows


def _rows(path: Path, lines: Iterable[str]) -> Iterator[SeriesRow]:
    reader = csv.reader(lines, strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        for column in _COLUMNS:
            if column not in header:
                raise ReplayError(f"{path}: line 1 has no column {column!r}; expected a header with timestamp,value")
        at = {column: header.index(column) for column in _COLUMNS}
        for fields in reader:
            if not fields:
                continue
            texts = {name: fields[place].strip() if place < len(fields) else "" for name, place in at.items()}
            yield _row(path, reader.line_num, texts)
    except csv.Error as error:
        raise ReplayError(f"{path}: line {reader.line_num}: {error}; expected a CSV file") from error


def _row(path: Path, line: int, texts: dict[str, str]) -> SeriesRow:
    instant = _instant(texts["timestamp"])
    value = _number(texts["value"])
    if instant is None or value is None:
        column = "timestamp" if instant is None else "value"
        shown = repr(texts[column][:_SHOWN])
        raise ReplayError(f"{path}: line {line}: {column} must be {_ALLOWED[column]} (got {shown})")
    return SeriesRow(instant, value, line)


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _number(text: str) -> float | None:
    # Python accepts 1_000, CSV does not.
    try:
        value = float(text) if "_" not in text else float("nan")
    except ValueError:
        return None
    # Adding 0 turns -0.0 into 0.0, as it is stored.
    return value + 0.0 if isfinite(value) else None
