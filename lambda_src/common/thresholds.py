"""The normal range of a sensor type, shared by the stack's settings and the functions."""

from __future__ import annotations

import msgspec


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Inclusive bounds of the normal range in the sensor's own unit. A missing bound is open.

    Outside ``min``…``max`` a reading is a *warning*, outside the critical bounds it is *critical*.
    """

    min: float | None = None
    max: float | None = None
    critical_min: float | None = None
    critical_max: float | None = None
