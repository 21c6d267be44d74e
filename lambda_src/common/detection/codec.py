"""A sensor's state as bytes: a version, the fields, a checksum."""

from __future__ import annotations

import struct
from array import array
from math import isfinite
from typing import NamedTuple
from zlib import crc32

from lambda_src.common.detection.state import HOURS, SensorState

VERSION = 3
"""Must change with the fields and with what they mean."""
_INTEGERS = ("count", "quiet", "late", "still", "longest_still", "stuck")
_NUMBERS = (
    "seconds",
    "age",
    "pause",
    "lowest",
    "highest",
    "mean",
    "variance",
    "spread",
    "quick",
    "quick_mean",
    "quick_variance",
    "slow",
    "slow_mean",
    "slow_variance",
    "blended_quick",
    "blended_slow",
    "change_mean",
    "change_variance",
    "last",
    "usual_change",
    "budget",
    "peak",
)
_NOT_NEGATIVE = (
    "usual_change",
    "age",
    "pause",
    "variance",
    "spread",
    "quick_variance",
    "slow_variance",
    "change_variance",
    "budget",
)
_FIELDS = struct.Struct(f"<BIHHIIB{HOURS}s{len(_NUMBERS)}d{HOURS}d{HOURS}f")
_CHECKSUM = struct.Struct("<I")
PACKED_BYTES = _FIELDS.size + _CHECKSUM.size


class Restored(NamedTuple):
    """A state, and why it begins anew if the bytes were not usable."""

    state: SensorState
    problem: str | None


def pack(state: SensorState) -> bytes:
    """Return the state as `PACKED_BYTES` bytes."""
    packed = _FIELDS.pack(
        VERSION,
        *(getattr(state, name) for name in _INTEGERS),
        bytes(state.hour_counts),
        *(getattr(state, name) for name in _NUMBERS),
        *state.hour_levels,
        *state.hour_spreads,
    )
    return packed + _CHECKSUM.pack(crc32(packed))


def unpack(packed: bytes) -> Restored:
    """Return the state of the bytes, or a new state and the problem. Never raises."""
    problem = _problem(packed)
    if problem:
        return Restored(SensorState(), problem)
    state = SensorState()
    _, *rest = _FIELDS.unpack_from(packed)
    for name, value in zip(_INTEGERS, rest, strict=False):
        setattr(state, name, value)
    state.hour_counts = bytearray(rest[len(_INTEGERS)])
    numbers = rest[len(_INTEGERS) + 1 :]
    for name, value in zip(_NUMBERS, numbers, strict=False):
        setattr(state, name, value)
    state.hour_levels = numbers[len(_NUMBERS) : -HOURS]
    state.hour_spreads = array("f", numbers[-HOURS:])
    problem = _impossible(state)
    return Restored(SensorState(), problem) if problem else Restored(state, None)


def _problem(packed: bytes) -> str | None:
    if packed[:1] != bytes([VERSION]):
        return f"the state has version {packed[0]}, not {VERSION}" if packed else "the state is empty"
    if len(packed) != PACKED_BYTES:
        return f"the state has {len(packed)} bytes, not {PACKED_BYTES}"
    if _CHECKSUM.unpack_from(packed, _FIELDS.size)[0] != crc32(packed[: _FIELDS.size]):
        return "the state's checksum is wrong"
    return None


def _impossible(state: SensorState) -> str | None:
    numbers = {name: getattr(state, name) for name in _NUMBERS}
    numbers |= {f"hour_levels[{hour}]": level for hour, level in enumerate(state.hour_levels)}
    numbers |= {f"hour_spreads[{hour}]": spread for hour, spread in enumerate(state.hour_spreads)}
    for name, value in numbers.items():
        if not isfinite(value):
            return f"{name} of the state is {value}"
        if value < 0 and (name in _NOT_NEGATIVE or name.startswith("hour_spreads")):
            return f"{name} of the state is negative ({value})"
    return None
