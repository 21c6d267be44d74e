"""What a payload held, collected within bounds that follow from its size.

A small payload must not become large output: metadata that many measures share, or thousands of refused elements that
each name the whole message, are refused as one.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from lambda_src.common.readings.rejects import Reason, Reject, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lambda_src.common.readings.measures import FoundMeasures
    from lambda_src.common.readings.reading import Outage, Reading

MAX_READINGS = 25_000
"""Readings of one payload: a record of 1 MiB holds about as many if each has the shortest form."""
MAX_REJECTS = 500
"""Refusals of one payload that are kept one by one, as many as a request may hold readings."""
_FREE_BYTES = 64 * 1024
_METADATA_GROWTH, _REJECTS_GROWTH = 64, 4
"""Repeated metadata, and refused bytes, may have so many times the payload's size, and some for small payloads."""
_MOST_METADATA = 8 * 1024 * 1024

_encode = msgspec.json.Encoder().encode


class Decoded(NamedTuple):
    """``positions[i]`` is the index of the element that gave ``readings[i]``, None if the payload is no list."""

    readings: list[Reading]
    positions: list[int | None]
    rejects: list[Reject]
    outages: Sequence[Outage] = ()
    skipped: Sequence[str] = ()
    """Paths of the fields that were skipped, if they were asked for."""


class TooLargeError(Exception):
    """The payload holds more than its size allows: it is refused whole."""


class _Untimed(NamedTuple):
    """A reading of a list's element that does not say when it was taken."""

    place: int
    payload: bytes


class Collector:
    """Takes in what each message of a payload holds."""

    def __init__(self, payload: bytes, size: int) -> None:
        """``size`` is that of the payload's text, which may be longer than the payload."""
        self._payload = payload
        self._metadata_room = min(_FREE_BYTES + _METADATA_GROWTH * size, _MOST_METADATA)
        self._reject_room = _FREE_BYTES + _REJECTS_GROWTH * size
        self._readings: list[Reading] = []
        self._positions: list[int | None] = []
        self._outages: list[Outage] = []
        self._rejects: list[Reject] = []
        self._left_out: list[Reason] = []
        self._skipped: dict[str, None] = {}
        self._untimed: list[_Untimed] = []

    def take_reading(self, reading: Reading, position: int | None) -> None:
        """Take the one reading of a message that has a time and holds nothing else."""
        self._readings.append(reading)
        self._positions.append(position)

    def take(self, found: FoundMeasures, payload: bytes, position: int | None) -> None:
        """Take what the message with these bytes holds; raises `TooLargeError` where that is too much."""
        if found.readings:
            self._take_readings(found, payload, position)
        self._outages.extend(found.outages)
        self.skip(found.skipped)
        for error in found.errors:
            self.refuse(error, payload, position)

    def skip(self, paths: Iterable[str]) -> None:
        self._skipped.update(dict.fromkeys(paths))

    def refuse(self, error: RuleBrokenError, payload: bytes, position: int | None) -> None:
        """Keep the bytes of what breaks a rule, as long as there is room for refusals one by one."""
        self._reject_room -= len(payload)
        if self._reject_room < 0 or len(self._rejects) >= MAX_REJECTS:
            self._left_out.append(error.reason)
        else:
            self._rejects.append(Reject(error.reason, error.detail, payload, position, error.path))

    def decoded(self) -> Decoded:
        """All of it."""
        if self._untimed:
            self._refuse_untimed()
        rejects = self._as_one() if self._left_out else self._rejects
        return Decoded(self._readings, self._positions, rejects, self._outages, tuple(self._skipped))

    def _take_readings(self, found: FoundMeasures, payload: bytes, position: int | None) -> None:
        readings, start = found.readings, len(self._readings)
        if found.shared_metadata:
            self._metadata_room -= len(_encode(readings[0].metadata)) * len(readings)
        untimed = range(len(readings)) if not found.timed and position is not None else found.untimed
        if untimed:
            self._untimed.extend(_Untimed(start + place, payload) for place in untimed)
        self._readings.extend(readings)
        self._positions.extend([position] * len(readings))
        if self._metadata_room < 0 or len(self._readings) > MAX_READINGS:
            raise TooLargeError

    def _refuse_untimed(self) -> None:
        """Refuse the readings of one sensor that several elements of a list hold without a time: they are different
        readings, and all of them would get the time of arrival.
        """
        sensors = Counter(self._readings[item.place].identity for item in self._untimed)
        refused = [item for item in self._untimed if sensors[self._readings[item.place].identity] > 1]
        if not refused:
            return
        detail = "several elements of the list are of this sensor and none of them says when it was taken"
        for place, payload in refused:
            error = RuleBrokenError(Reason.NO_TIMESTAMP, f"{self._readings[place].sensor_type}: {detail}")
            self.refuse(error, payload, self._positions[place])
        gone = {item.place for item in refused}
        kept = [index for index in range(len(self._readings)) if index not in gone]
        self._readings = [self._readings[index] for index in kept]
        self._positions = [self._positions[index] for index in kept]

    def _as_one(self) -> list[Reject]:
        """One refusal in place of all."""
        counts = Counter(self._left_out) + Counter(reject.reason for reject in self._rejects)
        listed = ", ".join(f"{reason} {count:,}" for reason, count in counts.most_common())
        detail = f"{counts.total():,} parts of the payload are refused, too many to keep them one by one: {listed}"
        return [Reject(counts.most_common(1)[0][0], detail, self._payload)]


def too_large(payload: bytes) -> Decoded:
    """What becomes of a payload for which `TooLargeError` was raised."""
    detail = f"the payload holds more than {MAX_READINGS:,} elements, or metadata that too many measures share"
    return Decoded([], [], [Reject(Reason.TOO_LARGE, detail, payload)])


def refused(payload: bytes, error: RuleBrokenError) -> Decoded:
    """What becomes of a payload that breaks a rule as a whole."""
    return Decoded([], [], [Reject(error.reason, error.detail, payload, None, error.path)])
