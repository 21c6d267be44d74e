"""How a format reads single fields: sensors' names, times, qualities and values."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from lambda_src.common.readings.numbers import is_number, number_in
from lambda_src.common.readings.quality import read_quality, says_uncertain
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sensor_names import parse_sensor_type
from lambda_src.common.readings.times import MAX_AHEAD_MS, from_datetime, from_number, milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_src.common.readings.formats.spec import Format
    from lambda_src.common.readings.reading import Quality

_TO_MS = {"s": 1000.0, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  # of spreadsheets, in whatever zone their times are
_MOST_DAYS = 2_900_000.0
_MOST = 1e30
_MOST_NAMES, _LONGEST_NAME = 4096, 512
_LONGEST_QUALITY = 64
"""Longer texts have no known meaning, and are not remembered."""
_NEVER_MS = 10**20
"""Later than every arrival: what no calendar holds is refused as a time in the future."""


class SensorNames:
    """Sensor types by the names that messages give; each name is worked out once."""

    def __init__(self, form: Format) -> None:
        self._last, self._names = form.last, form.names
        self._from = re.compile(form.from_) if form.from_ else None
        self._known: dict[str, str] = {}

    def __call__(self, name: object) -> str:
        """Raises `RuleBrokenError` for what is no name, or does not match the format's pattern."""
        if isinstance(name, str) and (known := self._known.get(name)) is not None:
            return known
        if isinstance(name, int) and not isinstance(name, bool) and abs(name) < 1 << 63:
            name = str(name)
        if not isinstance(name, str) or len(name) > _LONGEST_NAME:
            detail = f"the sensor's name must be a string of at most {_LONGEST_NAME} characters, or a whole number"
            raise RuleBrokenError(Reason.INVALID_SENSOR_TYPE, detail)
        found = parse_sensor_type(self._cut(name))
        if len(self._known) < _MOST_NAMES:
            self._known[name] = found
        return found

    def _cut(self, name: str) -> str:
        cut = name
        if self._from is not None:
            found = self._from.search(name)
            if found is None or found[1] is None:
                detail = "the sensor's name does not match the format's 'from'"
                raise RuleBrokenError(Reason.INVALID_SENSOR_TYPE, detail)
            cut = found[1]
        if self._last:
            cut = cut.rpartition(self._last)[2]
        return self._names.get(cut, self._names.get(name, cut))


class Times:
    """Times as the format says they are written."""

    def __init__(self, form: Format) -> None:
        self._zone = ZoneInfo(form.zone) if form.zone else None
        self._unit, self._format = form.time_unit, form.time_format
        self._usual = form.time_unit is None and form.time_format is None

    def read(self, time: object, base: object, arrived_ms: int) -> int:
        """UTC milliseconds; ``base`` is added to a number if it is there. Raises `RuleBrokenError`."""
        if self._usual and base is None and type(time) is int:
            return from_number(time)
        localize = self._localize(arrived_ms)
        if base is not None:
            return self._of_number(self._number(base) + (0 if time is None else self._number(time)), localize)
        if self._format is not None and isinstance(time, str | int) and not isinstance(time, bool):
            return from_datetime(self._parsed(_digits(time) if isinstance(time, int) else time), localize)
        if self._unit is not None and not isinstance(time, dict):
            number = number_in(time) if isinstance(time, str) else time
            if is_number(number):
                return self._of_number(number, localize)  # type: ignore[arg-type]  # is_number narrows
        return milliseconds(time, localize)

    def _number(self, value: object) -> float:
        number = number_in(value) if isinstance(value, str) else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "a time with a base must be a number")
        return max(-_MOST, min(number, _MOST))

    def _of_number(self, number: float, localize: Callable[[datetime], datetime] | None) -> int:
        if self._unit is None:
            return milliseconds(number, localize)
        if number != number or not -_MOST < number < _MOST:  # NaN
            return _NEVER_MS
        if self._unit != "days":
            return round(number * _TO_MS[self._unit])
        if not 0 <= number < _MOST_DAYS:
            return _NEVER_MS
        return from_datetime(_DAY_ZERO + timedelta(days=float(number)), localize)

    def _parsed(self, text: str) -> datetime:
        pattern = self._format or ""
        try:
            moment = datetime.strptime(text.strip(), pattern)  # noqa: DTZ007  # the zone follows
        except ValueError as error:
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the timestamp is not in the format's form") from error
        # strptime takes UTC and GMT for %Z, and forgets them.
        return moment.replace(tzinfo=UTC) if "%Z" in pattern and moment.tzinfo is None else moment

    def _localize(self, arrived_ms: int) -> Callable[[datetime], datetime] | None:
        if self._zone is None:
            return None
        zone = self._zone

        def localize(moment: datetime) -> datetime:
            both = [moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
            if both[0].utcoffset() == both[1].utcoffset():
                return both[0]
            if both[0].astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
                raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the zone's clocks skip this time")
            # The hour that the clocks repeat: of two moments, one that has not come yet cannot be meant.
            past = [each for each in both if from_datetime(each, None) <= arrived_ms + MAX_AHEAD_MS]
            if len(past) != 1:
                raise RuleBrokenError(Reason.INVALID_TIMESTAMP, "the zone's clocks show this time twice")
            return past[0]

        return localize


class Qualities:
    """Qualities by the format's lists, else by the codes and words in use."""

    def __init__(self, form: Format) -> None:
        self._good, self._uncertain = frozenset(map(_alike, form.good)), frozenset(map(_alike, form.uncertain))
        self._listed = bool(form.good or form.uncertain)
        # True and 1 are different qualities.
        self._known = lru_cache(maxsize=4096, typed=True)(self._read)

    def read(self, quality: object, name: str) -> Quality:
        """Raises `RuleBrokenError` for what has no known meaning."""
        if isinstance(quality, dict | list) or (isinstance(quality, str) and len(quality) > _LONGEST_QUALITY):
            return self._read(quality, name)
        return self._known(quality, name)

    def _read(self, quality: object, name: str) -> Quality:
        if quality is None:
            return "good"
        if not self._listed:
            return read_quality(quality, name)
        found = _alike(quality) if isinstance(quality, str | int | float) else None
        if found in self._good:
            return "good"
        if found in self._uncertain or (isinstance(found, str) and says_uncertain(found)):
            return "uncertain"
        return "bad"


def _alike(quality: str | float) -> str | float:
    """Numbers as text are those numbers, and words are alike in any case."""
    if not isinstance(quality, str):
        return quality
    number = number_in(quality)
    return quality.strip().casefold() if number is None else number


def _digits(time: int) -> str:
    """A time of digits alone, such as 20251121080540."""
    return str(time) if abs(time) < _NEVER_MS else ""
