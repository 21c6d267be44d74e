"""A recorded series, sent as if its machine were running now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from lambda_src.common.readings.reading import Identity
from local.fleet.episodes import ExpectedAlert, expected_alerts
from local.fleet.message import PlantMessage
from local.fleet.series import ReplayError, SeriesRow, read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lambda_src.common.thresholds import Threshold

__all__ = ["Conflict", "ReplayError", "SeriesReplay"]

_WEEK = timedelta(weeks=1)
_DEVICE = re.compile(r"[A-Za-z0-9:_-]{1,128}")
_SENSOR = re.compile(r"[a-z0-9_.-]{1,64}")


@dataclass(frozen=True, slots=True)
class Conflict:
    """A duplicate timestamp with a different value. The first value is sent, the other is not."""

    instant: datetime
    """As in the file (UTC), not shifted."""
    kept: float
    refused: float
    line: int
    """Line of the refused value, from 1."""


class SeriesReplay:
    """The series in `path`: a CSV file with a header that names `timestamp` and `value`.

    A Timestream table rejects readings older than its retention (365 days). So the series is moved by whole weeks until
    its last reading falls within the week before `now`; weekday and time of day stay. `keep_times` does not move it.
    Readings are sent in order of time, whatever the order of the file.

    Raises `ReplayError`, one line, for an unreadable file or an invalid row.
    """

    def __init__(
        self,
        path: Path,
        *,
        now: datetime,
        thresholds: Mapping[str, Threshold],
        quiet_seconds: float,
        device_id: str | None = None,
        sensor_type: str = "temperature",
        production_line: str = "replay",
        keep_times: bool = False,
    ) -> None:
        self.device_id = device_name(path) if device_id is None else device_id
        self.sensor_type = sensor_type
        self._check_names()
        self._production_line = production_line
        self._thresholds = thresholds
        self._quiet_seconds = quiet_seconds
        rows = read_rows(path)
        self.rows = len(rows)
        """Rows of the file without the header: sent rows, duplicates and conflicts."""
        self.duplicates = 0
        """Rows that repeat a timestamp with the same value; not sent."""
        self._conflicts: list[Conflict] = []
        kept = self._distinct(rows)
        self.shift = timedelta() if keep_times else whole_weeks(now - max(kept).instant)
        """What is added to the file's times."""
        self._readings = tuple(
            (Identity(self.device_id, self.sensor_type, _milliseconds(row.instant + self.shift)), row.value)
            for row in sorted(kept)
        )

    @property
    def device_ids(self) -> tuple[str, ...]:
        return (self.device_id,)

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        return tuple(self._conflicts)

    def __len__(self) -> int:
        """Return the number of readings to send."""
        return len(self._readings)

    def messages(self) -> Iterator[PlantMessage]:
        """Yield all messages in order of time, from the start at each call."""
        for identity, value in self._readings:
            yield PlantMessage.of_reading(identity, value, self._production_line)

    @cached_property
    def expected_alerts(self) -> tuple[ExpectedAlert, ...]:
        """The alerts of the complete series, one per episode by event time."""
        return expected_alerts(self._readings, self._thresholds, self._quiet_seconds)

    def _check_names(self) -> None:
        if not _DEVICE.fullmatch(self.device_id):
            raise ReplayError(f"device {self.device_id!r} must have 1 to 128 characters of A-Z a-z 0-9 : _ -")
        if not _SENSOR.fullmatch(self.sensor_type):
            raise ReplayError(f"sensor type {self.sensor_type!r} must have 1 to 64 characters of a-z 0-9 _ . -")

    def _distinct(self, rows: list[SeriesRow]) -> list[SeriesRow]:
        seen: dict[int, SeriesRow] = {}
        for row in rows:
            first = seen.setdefault(_milliseconds(row.instant), row)
            if first is row:
                continue
            if first.value == row.value:
                self.duplicates += 1
            else:
                self._conflicts.append(Conflict(row.instant, first.value, row.value, row.line))
        return list(seen.values())


def device_name(path: Path) -> str:
    """Return the device of a file that names none."""
    return re.sub(r"[^A-Za-z0-9:_-]+", "-", path.stem)[:128] or "replay"


def _milliseconds(instant: datetime) -> int:
    return (instant - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def whole_weeks(distance: timedelta) -> timedelta:
    """Return the most whole weeks that fit into `distance`; negative for a series from the future."""
    return distance // _WEEK * _WEEK
