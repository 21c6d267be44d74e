"""Read readings from the raw archive: each line is one record of the stream.

A record in an envelope has its arrival. Any other record arrived before its object was delivered and within a quarter
of an hour after the hour of the object; the earlier of the two counts as its arrival. This is minutes late and affects
only when the reading expires in the hot table. A reading without its own time was stored under its true arrival, which
is not known any more: it is counted as `NO_TIME` and skipped.
"""

from __future__ import annotations

import gzip
import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, BinaryIO

from lambda_src.common.readings.envelope import open_record
from lambda_src.common.readings.rules import NO_RULES, DecodeRules
from ops.period import HOUR_MS
from ops.replay.rows import BrokenObjectError, ReplayRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lambda_src.common.readings.reading import Identity, Reading
    from ops.replay.archive import Found
    from ops.replay.rows import Scope

NO_TIME = "no_time_of_its_own"
LONGEST_LINE = 2 * 1024 * 1024
"""Bytes; a stream record has at most 1 MiB."""
COLLECTED_MS = 15 * 60 * 1000
"""Firehose's longest buffer."""

_GZIP = b"\x1f\x8b"
_HOUR = re.compile(r"year=(\d{4})/month=(\d\d)/day=(\d\d)/hour=(\d\d)/").search


class RawObjectReader:
    """Implements `Reader`. A position counts everything that the object holds, valid or not."""

    def __init__(self, scope: Scope, rules: DecodeRules = NO_RULES) -> None:
        self._scope, self._rules = scope, rules

    def read(self, file: Path, found: Found, *, after: int) -> Iterator[ReplayRow]:
        arrived_ms = latest_arrival(found)
        position = 0
        try:
            with file.open("rb") as packed, _unpacked(packed) as lines:
                for number, line in enumerate(_lines(lines)):
                    for content in self._contents(line, arrived_ms):
                        position += 1
                        if position > after:
                            yield ReplayRow(position, content, number)
        except EOFError as error:
            raise BrokenObjectError("the gzip data is truncated") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise BrokenObjectError(f"the gzip data is invalid: {error}") from error

    def _contents(self, line: bytes, arrived_ms: int) -> Iterator[Reading | str]:
        decoded = open_record(line, arrived_ms=arrived_ms, rules=self._rules).decoded
        timeless = self._timeless(line, arrived_ms, decoded.readings)
        for reading in decoded.readings:
            if self._scope.takes(reading):
                yield NO_TIME if reading.identity in timeless else reading
        if self._scope.period.has(arrived_ms):
            yield from (reject.reason for reject in decoded.rejects)

    def _timeless(self, line: bytes, arrived_ms: int, readings: Iterable[Reading]) -> set[Identity]:
        """Return the readings of a line that have no time of their own: their time follows the arrival."""
        suspects = {reading.identity for reading in readings if reading.timestamp_ms == arrived_ms}
        if not suspects:
            return suspects
        later = open_record(line, arrived_ms=arrived_ms + 1, rules=self._rules).decoded
        return suspects - {other.identity for other in later.readings}


def latest_arrival(found: Found) -> int:
    """Return the time in UTC milliseconds when all records of the object had arrived.

    A copied or restored object has a later modification time; its hour is still right.
    """
    hour = _HOUR(found.key)
    if hour is None:
        return found.modified_ms
    try:
        began = datetime(*map(int, hour.groups()), tzinfo=UTC)  # type: ignore[misc,arg-type]  # four groups
    except ValueError:
        return found.modified_ms
    return min(found.modified_ms, round(began.timestamp() * 1000) + HOUR_MS + COLLECTED_MS)


def _unpacked(file: BinaryIO) -> BinaryIO | gzip.GzipFile:
    return gzip.GzipFile(fileobj=file) if file.peek(2)[:2] == _GZIP else file  # type: ignore[attr-defined]


def _lines(file: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    """Yield lines without line ends. Empty lines are skipped; a line beyond the record limit is cut there."""
    whole = True
    while piece := file.readline(LONGEST_LINE):
        ended = piece.endswith(b"\n")
        if whole and (line := piece.strip()):
            yield line
        whole = ended or len(piece) < LONGEST_LINE
