"""Temperatures in one scale: senders write theirs in any of three, and each of those in several ways.

The stored value stays as it was sent; what is converted is only compared and shown.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

Scale = Literal["C", "F", "K"]

TEMPERATURE = "temperature"
"""A sensor type that is or ends with it measures one, such as ``oil_temperature``."""
DECIMALS = 6
"""Of a converted value: below what any sensor resolves, above the noise of the arithmetic."""

_SPELLINGS: dict[str, Scale] = {
    **dict.fromkeys(("c", "°c", "℃", "cel", "degc", "celsius"), "C"),
    **dict.fromkeys(("f", "°f", "℉", "[degf]", "degf", "fahrenheit"), "F"),
    **dict.fromkeys(("k", "°k", "kelvin"), "K"),
}
"""Symbols, names, and the codes of UCUM and SenML, in lower case."""


def celsius(sensor_type: str, value: float, unit: str | None) -> float:
    """Return a temperature in degrees Celsius, the default unit.

    Values of other sensor types, and values in a unit that is not one of temperature, are returned unchanged.
    """
    if unit is None or not sensor_type.endswith(TEMPERATURE):
        return value
    scale = scale_of(unit)
    return value if scale is None else _to_celsius(value, scale)


def enrich(sensor_type: str, value: float, unit: str | None) -> dict[str, float]:
    """``celsius`` and ``fahrenheit`` of a temperature; empty for all others. The one that was sent is not touched,
    and one that no 64-bit float can hold is left out.
    """
    if not sensor_type.endswith(TEMPERATURE):
        return {}
    scale = "C" if unit is None else scale_of(unit)
    if scale is None:
        return {}
    both = {
        "celsius": _to_celsius(value, scale),
        "fahrenheit": value if scale == "F" else _tidy(_exact_celsius(value, scale) * 1.8 + 32),
    }
    return {name: degrees for name, degrees in both.items() if math.isfinite(degrees)}


@lru_cache(maxsize=1024)
def scale_of(unit: str) -> Scale | None:
    """The scale that a sender means; None where the text names none of the three."""
    return _SPELLINGS.get(unit.strip().lower())


def _to_celsius(value: float, scale: Scale) -> float:
    return value if scale == "C" else _tidy(_exact_celsius(value, scale))


def _exact_celsius(value: float, scale: Scale) -> float:
    if scale == "F":
        return (value - 32) / 1.8
    return value - 273.15 if scale == "K" else value


def _tidy(degrees: float) -> float:
    """Rounded, and -0.0 as 0.0."""
    return round(degrees, DECIMALS) + 0.0 if math.isfinite(degrees) else degrees
