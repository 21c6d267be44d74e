"""What is normal for a sensor type: shared by the stack's settings and the functions that judge."""

from __future__ import annotations

import msgspec


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Bounds of the normal range, inclusive, in the sensor's own unit; a bound left out is open.

    Outside of ``min``…``max`` a reading is a *warning*, outside of the critical bounds it is *critical*.
    """

    min: float | None = None
    max: float | None = None
    critical_min: float | None = None
    critical_max: float | None = None
