"""What the archive holds, one reading after the other, whatever its objects look like."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from ops.period import Period  # noqa: TC001  # a field's type

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lambda_src.common.readings.reading import Reading
    from ops.replay.archive import Found


class Scope(NamedTuple):
    """Which readings are wanted; None for a device or a sensor type means any."""

    period: Period
    device: str | None
    sensor: str | None

    def takes(self, reading: Reading) -> bool:
        return (
            self.period.has(reading.timestamp_ms)
            and self.device in (None, reading.device_id)
            and self.sensor in (None, reading.sensor_type)
        )


class ReplayRow(NamedTuple):
    """A wanted reading, or why something that may have been one cannot be replayed.

    ``position`` grows within the object: reading it again from there goes on with what follows.
    """

    position: int
    content: Reading | str
    came: int = 0
    """The same for readings of a device that came together, as far as the object tells."""


class BrokenObjectError(Exception):
    """An object cannot be read, or not to its end; what came out of it before is sound."""


class Reader(Protocol):
    def read(self, file: Path, found: Found, *, after: int) -> Iterator[ReplayRow]:
        """The rows of one object, downloaded to ``file``, that follow the position ``after`` (0: all of them).

        Raises `BrokenObjectError`.
        """
        ...
