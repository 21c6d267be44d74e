"""Files of readings, read by a format: a payload of any length, in pieces that stay within a payload's bounds.

What has lines is read line by line, so that a bad line costs itself. Any other file is one payload.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambda_src.common.readings.decode import decode
from lambda_src.common.readings.encodings.compression import compression_of
from lambda_src.common.readings.encodings.csv_table import begin
from lambda_src.common.readings.encodings.text import decode_text, to_bytes
from lambda_src.common.readings.formats.table import FormatTable, extended
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.rules import DecodeRules, Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lambda_src.common.readings.formats.spec import Format
    from lambda_src.common.readings.reading import Outage, Reading
    from lambda_src.common.readings.rejects import Reject

MAX_FILE = 1 << 30
"""Bytes of a file once it is unpacked."""
_LINES = frozenset(("csv", "ndjson", "line-protocol", "shdr"))
_ROWS, _CELLS = 500, 10_000
"""Of one piece."""
_EITHER = 32 + zlib.MAX_WBITS
"""Lets zlib take the headers of gzip and zlib."""


class FileRow(NamedTuple):
    """What one line of a file holds; ``number`` counts lines from 1. A file without lines is one row."""

    number: int
    readings: list[Reading]
    outages: list[Outage]
    rejects: list[Reject]


def read_file(data: bytes, form: Format, *, arrived_ms: int, device_id: str | None = None) -> Iterator[FileRow]:
    """Yield the rows of a file, also compressed, in their order. ``device_id`` is the device of rows that name none.

    Raises `RuleBrokenError` for a file that cannot be read at all.
    """
    text = _unpacked(data)
    form = msgspec.structs.replace(extended(form), topic=(), compression=None)
    if form.encoding not in _LINES:
        yield from _read([(1, text)], text, form, arrived_ms, device_id)
        return
    lines = _numbered(decode_text(text, errors="surrogateescape"))
    if not lines:
        raise RuleBrokenError(Reason.EMPTY, "the file is empty")
    heading, rows = b"", _ROWS
    if form.encoding == "csv":
        table, left = begin([line for _, line in lines], form)
        lines = lines[len(lines) - len(left) :]
        # Told by the first line of the file, which not every piece begins with.
        form = msgspec.structs.replace(form, delimiter=table.delimiter)
        heading, rows = table.heading, max(1, min(_ROWS, _CELLS // max(1, len(table.header))))
    for start in range(0, len(lines), rows):
        piece = [(number, to_bytes(line)) for number, line in lines[start : start + rows]]
        payload = heading + b"\n".join(line for _, line in piece)
        yield from _read(piece, payload, form, arrived_ms, device_id)


def _read(
    piece: Sequence[tuple[int, bytes]], payload: bytes, form: Format, arrived_ms: int, device_id: str | None
) -> Iterator[FileRow]:
    # A person names the device for rows that do not; those that do keep their own.
    gateways = {} if device_id is None else {device_id: ("",)}
    rules = DecodeRules(FormatTable([form]), gateways)
    decoded = decode(payload, arrived_ms=arrived_ms, device_id=device_id, rules=rules, source=Source(format=form.name))
    found = [FileRow(number, [], [], []) for number, _ in piece]
    for reading, position in zip(decoded.readings, decoded.positions, strict=True):
        found[position or 0].readings.append(reading)
    for reject in decoded.rejects:
        found[reject.position or 0].rejects.append(reject)
    _place_outages(found, decoded.outages)
    yield from found


def _place_outages(found: list[FileRow], outages: Sequence[Outage]) -> None:
    """Outages have no position. If each row that holds nothing else has one, they are of these; else of the first."""
    empty = [row for row in found if not row.readings and not row.rejects]
    rows = empty if len(empty) == len(outages) else [found[0]] * len(outages)
    for row, outage in zip(rows, outages, strict=True):
        row.outages.append(outage)


def _numbered(text: str) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(number, line) for number, line in enumerate(lines, start=1) if line and not line.isspace()]


def _unpacked(data: bytes) -> bytes:
    if compression_of(data) is None:
        return data
    texts: list[bytes] = []
    room, rest = MAX_FILE, data
    while rest and not (texts and rest.count(0) == len(rest)):
        member = zlib.decompressobj(_EITHER)
        try:
            texts.append(member.decompress(rest, room + 1))
        except zlib.error as error:
            if texts:
                raise RuleBrokenError(Reason.INVALID_ENCODING, "the compressed file is damaged") from error
            return data
        room -= len(texts[-1])
        if room < 0:
            raise RuleBrokenError(Reason.TOO_LARGE, f"the file unpacks to more than {MAX_FILE:,} bytes")
        if not member.eof:
            raise RuleBrokenError(Reason.INVALID_ENCODING, "the compressed file is cut off")
        rest = member.unused_data
    return b"".join(texts)
