"""From named values to readings: what all measures of a message share, and what each of them becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings import fields
from lambda_src.common.readings.numbers import parse_value
from lambda_src.common.readings.quality import says_no_value
from lambda_src.common.readings.reading import Outage, Reading
from lambda_src.common.readings.rejects import RuleBrokenError

if TYPE_CHECKING:
    from lambda_src.common.readings.reading import Quality

MAX_SHOWN = 256
"""Characters of a name that a detail repeats."""


class FoundMeasures:
    """What one message holds, by what became of it."""

    __slots__ = ("errors", "outages", "readings", "shared_metadata", "skipped", "timed", "untimed")

    def __init__(self, *, timed: bool, skipped: list[str]) -> None:
        self.readings: list[Reading] = []
        self.outages: list[Outage] = []
        self.errors: list[RuleBrokenError] = []
        self.skipped = skipped
        self.timed = timed
        """Whether the message says when its readings were taken."""
        self.untimed: list[int] = []
        """Where a format reads several elements, the places of the readings of those that do not say it."""
        self.shared_metadata = False
        """Whether all readings, or those of other messages too, have the same metadata."""


class Common(NamedTuple):
    """The fields that all measures of a message share, validated."""

    device_id: str
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None
    metadata: dict[str, object] | None

    def add(self, found: FoundMeasures, sensor_type: str, value: object, unit: object, quality: Quality) -> None:
        """Add one measure: a reading, or an outage if its value is missing and its quality, or its text, says so.

        Raises `RuleBrokenError` for a value or a unit that breaks its rule.
        """
        unit = fields.parse_unit(unit)
        if _says_outage(value, quality):
            found.outages.append(
                Outage(self.device_id, sensor_type, self.timestamp_ms, self.arrived_ms, self.production_line)
            )
            return
        found.readings.append(
            Reading(
                self.device_id,
                sensor_type,
                parse_value(value),
                self.timestamp_ms,
                self.arrived_ms,
                self.production_line,
                self.metadata,
                unit,
                quality,
            )
        )


def _says_outage(value: object, quality: Quality) -> bool:
    """Whether a sensor has no value now and says so."""
    return (value is None and quality == "bad") or (isinstance(value, str) and says_no_value(value))


def named_error(error: RuleBrokenError, name: str) -> RuleBrokenError:
    """The error of one measure of several, which says which one it is."""
    return RuleBrokenError(error.reason, f"measure {name[:MAX_SHOWN]!r}: {error.detail}", name)
