"""The readings of a file in a format, sent as if they were taken now."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings.files import read_file
from lambda_src.common.readings.rejects import RuleBrokenError
from local.fleet.episodes import ExpectedAlert, expected_alerts
from local.fleet.message import PlantMessage
from local.fleet.replay import Conflict, device_name, whole_weeks
from local.fleet.series import ReplayError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from lambda_src.common.readings.files import FileRow
    from lambda_src.common.readings.formats.spec import Format
    from lambda_src.common.readings.reading import Identity, Reading
    from lambda_src.common.thresholds import Threshold

_LINE = "replay"


class FileReplay:
    """All good readings of the file in `path`, moved by whole weeks as `SeriesReplay` moves a series.

    Rows that name no device are of one that is called like the file; times without a zone are UTC. A row that breaks a
    rule is left out and counted in `refused`. Raises `ReplayError`, one line, for a file without any good reading.
    """

    def __init__(
        self, path: Path, form: Format, *, now: datetime, thresholds: Mapping[str, Threshold], quiet_seconds: float
    ) -> None:
        self._thresholds = thresholds
        self._quiet_seconds = quiet_seconds
        self.rows = self.duplicates = self.left_out = 0
        """``rows`` of the file, ``duplicates`` of a reading, and readings ``left_out`` because they are not good."""
        self.refused: Counter[str] = Counter()
        self.conflicts: list[Conflict] = []
        kept = self._distinct(_read(path, form, now))
        if not kept:
            why = ", ".join(f"{reason} {count}" for reason, count in self.refused.most_common(3)) or "it holds none"
            raise ReplayError(f"{path} has no good reading in format {form.name}: {why}")
        newest = max(identity.timestamp_ms for identity in kept)
        self.shift = whole_weeks(now - datetime.fromtimestamp(newest / 1000, UTC))
        """What is added to the file's times."""
        shift_ms = self.shift // timedelta(milliseconds=1)
        moved = (
            (identity._replace(timestamp_ms=identity.timestamp_ms + shift_ms), value)
            for identity, value in kept.items()
        )
        self._readings = sorted(moved, key=lambda reading: reading[0].timestamp_ms)
        self.device_ids = tuple(sorted({identity.device_id for identity, _ in self._readings}))

    def __len__(self) -> int:
        """Return the number of readings to send."""
        return len(self._readings)

    def messages(self) -> Iterator[PlantMessage]:
        """Yield all messages in order of time, from the start at each call."""
        for identity, value in self._readings:
            yield PlantMessage.of_reading(identity, value, _LINE)

    @cached_property
    def expected_alerts(self) -> tuple[ExpectedAlert, ...]:
        """The alerts of the complete file, one per episode by event time."""
        return expected_alerts(self._readings, self._thresholds, self._quiet_seconds)

    def _distinct(self, rows: Iterator[FileRow]) -> dict[Identity, float]:
        kept: dict[Identity, float] = {}
        for row in rows:
            self.rows += 1
            self.refused.update(reject.reason.value for reject in row.rejects)
            self.left_out += len(row.outages)
            for reading in row.readings:
                self._take(reading, row.number, kept)
        return kept

    def _take(self, reading: Reading, line: int, kept: dict[Identity, float]) -> None:
        if reading.quality != "good":
            self.left_out += 1
            return
        first = kept.get(reading.identity)
        if first is None:
            kept[reading.identity] = reading.value
        elif first == reading.value:
            self.duplicates += 1
        else:
            instant = datetime.fromtimestamp(reading.timestamp_ms / 1000, UTC)
            self.conflicts.append(Conflict(instant, first, reading.value, line))


def _read(path: Path, form: Format, now: datetime) -> Iterator[FileRow]:
    arrived_ms = int(now.timestamp() * 1000)
    zoned = form if form.zone else msgspec.structs.replace(form, zone="UTC")
    try:
        yield from read_file(path.read_bytes(), zoned, arrived_ms=arrived_ms, device_id=device_name(path))
    except OSError as error:
        raise ReplayError(f"{path}: {error.strerror}") from error
    except RuleBrokenError as error:
        raise ReplayError(f"{path} cannot be read in format {form.name}: {error.detail}") from error
