"""Pages of processed readings, merged from runs that overlap and repeat each other."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambda_src.common.runs import each_once, readings_of
from lambda_src.query_api.runs import RunReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambda_src.common.runs import StoredReading
    from lambda_src.query_api.parameters import ReadingsQuery
    from lambda_src.query_api.times import Span

FIRST_CALL = 8
"""Number of runs read at first, while their length is unknown."""
MOST_A_CALL = 1000
CALLS_A_PAGE = 10
"""Maximum number of calls per page, each up to 1 MB.

A page that needs more, such as one of a rare sensor over years, ends early. It may be short or empty and still have a
next page.
"""


class ReadingsPosition(msgspec.Struct, array_like=True, frozen=True):
    """A page starts after (``time_ms``, ``sensor_type``) in the query's order.

    The period is that of the first page. ``runs`` is the number of runs that the previous page had to read.
    """

    start_ms: int
    end_ms: int
    time_ms: int
    sensor_type: str
    runs: int


class ReadingsPage(NamedTuple):
    readings: Sequence[StoredReading]
    following: ReadingsPosition | None
    """None on the last page."""


class RunPages:
    """Reads pages from the table of runs. Raises `TemporaryFailureError`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def page(self, query: ReadingsQuery, span: Span, after: ReadingsPosition | None) -> ReadingsPage:
        """Return each reading of ``span`` once, by time and then sensor, as ``query`` selects and sorts."""
        start_ms, end_ms = span
        if after is not None and query.descending:
            end_ms = min(end_ms, after.time_ms + bool(after.sensor_type))
        elif after is not None:
            start_ms = max(start_ms, after.time_ms)
        reader = RunReader(
            self._client,
            self._table,
            device_id=query.device_id,
            sensor_type=query.sensor_type,
            start_ms=start_ms,
            end_ms=end_ms,
            descending=query.descending,
        )
        readings = _gather(reader, query.limit, _beyond(after, descending=query.descending), after)
        if query.descending:
            readings.reverse()
        return _cut(readings, query, span, reader)


def _beyond(after: ReadingsPosition | None, *, descending: bool) -> Callable[[StoredReading], bool]:
    if after is None:
        return lambda _: True
    position = (after.time_ms, after.sensor_type)
    if descending:
        return lambda reading: (reading.timestamp_ms, reading.sensor_type) < position
    return lambda reading: (reading.timestamp_ms, reading.sensor_type) > position


def _gather(
    reader: RunReader, limit: int, beyond: Callable[[StoredReading], bool], after: ReadingsPosition | None
) -> list[StoredReading]:
    """Return all readings of complete times: at least ``limit`` and one more, if they exist within the allowed
    calls.
    """
    found: list[StoredReading] = []
    count = after.runs if after is not None else FIRST_CALL
    calls = read = 0
    while True:
        for item in reader.read(min(max(count, 1), MOST_A_CALL)):
            readings = list(readings_of(item))
            read += len(readings)
            found.extend(reading for reading in readings if beyond(reading))
        calls += 1
        complete = each_once(r for r in found if reader.complete_from <= r.timestamp_ms < reader.complete_to)
        moved = reader.complete_from < reader.complete_to
        if reader.finished or len(complete) > limit or (calls >= CALLS_A_PAGE and moved):
            return complete
        missing = limit + 1 - len(complete)
        count = ceil(missing * reader.seen / read) + 1 if read else reader.seen * 4


def _cut(complete: list[StoredReading], query: ReadingsQuery, span: Span, reader: RunReader) -> ReadingsPage:
    readings = complete[: query.limit]
    if len(complete) > query.limit:
        time_ms, sensor_type = readings[-1].timestamp_ms, readings[-1].sensor_type
    elif reader.finished:
        return ReadingsPage(readings, None)
    else:
        # Sensor names are never empty, so this is before (backwards: after) everything that is incomplete.
        time_ms, sensor_type = (reader.complete_from if query.descending else reader.complete_to), ""
    return ReadingsPage(readings, ReadingsPosition(*span, time_ms, sensor_type, reader.seen))
