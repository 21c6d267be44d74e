"""Measure names in Timestream: a quality other than good stands before the sensors, as in ``bad++temperature``.

No other name contains ``++``. So a query by name takes no bad value unless it asks for it, and no query needs a column
that exists only once the first such value has been written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lambda_src.common.readings.reading import Quality

MARK = "++"


def with_quality(sensors: str, quality: Quality) -> str:
    """Return the measure name of a record with these sensors, which is their name if the quality is good."""
    return sensors if quality == "good" else f"{quality}{MARK}{sensors}"


def without_quality(measure_name: str) -> str:
    """Return the sensors of a measure name."""
    return measure_name.rpartition(MARK)[2]
