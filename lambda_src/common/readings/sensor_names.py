"""How a sensor's name as its sender writes it becomes the sensor type that is stored: two names never become one.

Letters A-Z become a-z: names are not case-sensitive. ``a-z``, ``0-9``, ``_``, ``.`` and ``-`` stay as they are. Every
other character is written as ``_x<hexadecimal code point>_``: ``Line 1/Temp`` is stored as ``line_x20_1_x2f_temp`` and
``Öl`` as ``_xd6_l``. A ``_`` that would look like the beginning of such an escape is escaped as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lambda_src.common.readings.rejects import Reason, RuleBrokenError

MAX_LENGTH = 64
"""Characters of a stored sensor type."""

_SENSOR_TYPE = re.compile(r"[a-z0-9_.-]{1,64}").fullmatch
_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})
_TO_ESCAPE = re.compile(r"_(?=x[0-9a-f]+(?:_|[^a-z0-9_.-]))|[^a-z0-9_.-]")
"""All characters that are not allowed, and each ``_`` that would look like the beginning of an escape afterwards."""
_ESCAPED = re.compile(r"_x([0-9a-f]{1,6})_")


@lru_cache(maxsize=4096)
def parse_sensor_type(name: object) -> str:
    """The stored spelling of a name that a sender uses, which may have up to 64 characters once it is spelt so."""
    if isinstance(name, str) and 0 < len(name) <= MAX_LENGTH:
        spelt = _TO_ESCAPE.sub(_escape, name.translate(_LOWER))
        if len(spelt) <= MAX_LENGTH:
            return spelt
    raise RuleBrokenError(
        Reason.INVALID_SENSOR_TYPE,
        "the sensor type must be a string of 1 to 64 characters, counting 4 or more for each that is not "
        "A-Z, a-z, 0-9, '_', '.' or '-'",
    )


@lru_cache(maxsize=4096)
def check_sensor_type(spelt: object) -> str:
    """A sensor type in its stored spelling, 1-64 of ``[a-z0-9_.-]`` in any case: the spelling of readings on their way
    between parts of the pipeline.
    """
    if isinstance(spelt, str) and spelt.isascii() and _SENSOR_TYPE(lower := spelt.lower()):
        return lower
    raise RuleBrokenError(
        Reason.INVALID_SENSOR_TYPE, "the stored sensor type must be 1-64 characters of a-z, 0-9, '_', '.', '-'"
    )


def original_name(spelt: str) -> str:
    """A name that `parse_sensor_type` spells so: for readings that go through the decoder once more."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), spelt)


def _escape(found: re.Match[str]) -> str:
    return f"_x{ord(found[0]):x}_"
