"""Comma-separated values: rows as objects, a column's name being its key.

Cells may have blanks around them and stand in double quotes; a quoted cell may contain the delimiter and, doubled,
quotes, but no line break, so that a bad row costs one row. The delimiter is the format's, or that of Excel's line
``sep=;``, or else the first of ``;``, tab, ``,`` and ``|`` that the first line contains. An empty cell is no value and
is left out, but for the time's, which costs the row. Numbers may begin with a plus or their decimal separator; true and
false in any case are booleans.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings.encodings.bounds import MAX_BYTES, check_documents, too_large
from lambda_src.common.readings.encodings.lines import read_line
from lambda_src.common.readings.encodings.text import check_whole, decode_text, lines_of, to_bytes
from lambda_src.common.readings.names import Slot, meaning_of
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.formats.document import BrokenPart, Document
    from lambda_src.common.readings.formats.spec import Format

_DELIMITERS = ";\t,|"
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE).fullmatch
_POINT_NUMBER = re.compile(r"([+-]?)(\d*)(?:\.(\d*))?((?:[eE][+-]?\d{1,4})?)", re.ASCII).fullmatch
_COMMA_NUMBER = re.compile(
    r"([+-]?)(\d*|\d{1,3}(?:\.\d{3})+(?=,))(?:,(\d*))?((?:[eE][+-]?\d{1,4})?)", re.ASCII
).fullmatch
"""With a decimal comma; points may group the thousands of a number that has one."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*|\d{10}(?:\.\d+)?|\d{13}|\d{16}|\d{19}", re.ASCII).fullmatch
_BOOLEANS: dict[str, object] = {"true": True, "false": False}
_MAX_DIGITS = 64


class CsvTable(NamedTuple):
    """How the rows of a file read."""

    header: tuple[str, ...]
    heading: bytes
    """The header line, which is kept with a refused row; empty if the format names the columns."""
    delimiter: str
    decimal: str
    time: str | None
    """The column that holds the time, by the format or by its usual name."""

    def read(self, line: str) -> Document | BrokenPart:
        """The row of one line."""
        return read_line(line, self._row, self.heading)

    def _row(self, line: str) -> dict[str, object]:
        cells = _cells(line, self.delimiter)
        if len(cells) != len(self.header):
            # Spreadsheets fill lines up.
            if len(cells) < len(self.header) or any(cells[len(self.header) :]):
                raise _broken(f"the row has {len(cells)} cells, the header {len(self.header)}")
            cells = cells[: len(self.header)]
        row = {name: _value(cell, self.decimal) for name, cell in zip(self.header, cells, strict=True) if cell}
        if self.time is not None and self.time not in row:
            # Without it the row would get the time of arrival.
            raise RuleBrokenError(Reason.NO_TIMESTAMP, "the row has no time")
        return row


def read_csv(payload: bytes, form: Format) -> list[Document | BrokenPart]:
    """One document per row; a bad row is refused alone, with its header. Raises `RuleBrokenError` for a bad header."""
    lines = lines_of(decode_text(payload, errors="surrogateescape"))
    check_documents(len(lines))
    table, rows = begin(lines, form)
    if len(table.heading) * len(rows) > 8 * MAX_BYTES:
        raise too_large(f"{8 * MAX_BYTES} bytes of rows with their header")
    return [table.read(line) for line in rows]


def begin(lines: Sequence[str], form: Format) -> tuple[CsvTable, Sequence[str]]:
    """The table that these first lines of a file start, and those of them that are rows."""
    if not lines:
        raise RuleBrokenError(Reason.EMPTY, "the payload is empty")
    start = 0
    delimiter = form.delimiter
    separator = _SEPARATOR_LINE(lines[0].strip())
    if separator is not None:
        start, delimiter = 1, delimiter or separator[1]
        if len(lines) == 1:
            raise RuleBrokenError(Reason.EMPTY, "the table has no rows")
    first = lines[start]
    delimiter = delimiter or next((found for found in _DELIMITERS if found in first), ",")
    if not form.header:
        check_whole(first)
        heading = to_bytes(first) + b"\n"
        return _table(_header(_cells(first, delimiter)), heading, delimiter, form), lines[start + 1 :]
    # Such a file may have its header line nevertheless.
    names = [cell.strip(' "').lower() for cell in first.split(delimiter)]
    repeated = names == [name.lower() for name in form.header]
    return _table(form.header, b"", delimiter, form), lines[start + repeated :]


def _table(header: tuple[str, ...], heading: bytes, delimiter: str, form: Format) -> CsvTable:
    paths = (form.time,) if isinstance(form.time, str) else form.time
    columns = [path for path in paths if path in header] if paths else list(filter(_is_time, header))
    return CsvTable(header, heading, delimiter, form.decimal, next(iter(columns), None))


def _is_time(column: str) -> bool:
    """Whether its usual name says so, and can mean nothing else."""
    meaning = meaning_of(column)
    return meaning is not None and meaning.role is Slot.TIME and not meaning.soft


def _header(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    if any(map(_MOMENT, cells)):
        raise _broken("the first line is a row: name the columns in the format's header")
    names = tuple(name or f"column_{place}" for place, name in enumerate(cells, start=1))
    if len(set(names)) != len(names):
        raise _broken("two columns have the same name")
    return names


def _cells(line: str, delimiter: str) -> list[str]:
    if '"' not in line:
        return [cell.strip() for cell in line.split(delimiter)]
    try:
        (cells,) = csv.reader([line], delimiter=delimiter, skipinitialspace=True, strict=True)
    except (csv.Error, ValueError) as error:
        raise _broken("a quote is not closed, or is followed by more than the delimiter") from error
    return [cell.strip() for cell in cells]


def _value(cell: str, decimal: str) -> object:
    """A number as JSON writes it, still a text so that ``007`` stays a name; a boolean; any other cell as it is."""
    if cell.lower() in _BOOLEANS:
        return _BOOLEANS[cell.lower()]
    if len(cell) > _MAX_DIGITS or not (cell[-1].isdigit() or cell[-1] in ".,"):
        return cell
    found = (_POINT_NUMBER if decimal == "." else _COMMA_NUMBER)(cell)
    if found is not None and (found[2] or found[3]):
        sign, whole, fraction, exponent = found.groups()
        digits = whole.replace(".", "") or "0"
        return f"{'-' * (sign == '-')}{digits}{'.' * bool(fraction)}{fraction or ''}{exponent}"
    if decimal == "," and _POINT_NUMBER(cell) and "." in cell:
        raise _broken("a number has a point, and the format's decimal separator is a comma")
    return cell


def _broken(why: str) -> RuleBrokenError:
    return RuleBrokenError(Reason.INVALID_ENCODING, f"the text is not such CSV: {why}")
