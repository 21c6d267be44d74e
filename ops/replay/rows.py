"""Readings of the archive, independent of the format of its objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from ops.period import Period  # noqa: TC001  # a field's type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_src.common.readings.reading import Reading
    from ops.replay.archive import Found


class Scope(NamedTuple):
    """The readings to replay. None for a device or a sensor type means any."""

    period: Period
    device: str | None
    sensor: str | None

    def takes(self, reading: Reading) -> bool:
        """Return whether the reading is in scope."""
        return (
            self.period.has(reading.timestamp_ms)
            and self.device in (None, reading.device_id)
            and self.sensor in (None, reading.sensor_type)
        )


class ReplayRow(NamedTuple):
    """A reading in scope, or the reason why something cannot be replayed.

    ``position`` increases within the object; reading again from there continues after it.
    """

    position: int
    content: Reading | str
    group: int = 0
    """The same for a device's readings that arrived together, as far as the object tells."""


class BrokenObjectError(Exception):
    """An object cannot be read to its end. The rows before the error are valid."""


class Reader(Protocol):
    """Reads the objects of one archive format."""

    def read(self, file: Path, found: Found, *, after: int) -> Iterator[ReplayRow]:
        """Yield the rows of one object after the position ``after`` (0 for all). ``file`` is its download.

        Raises `BrokenObjectError`.
        """
        ...
