"""An independent account of a message's leaves: each has to be found again in what the decoder made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.readings.names import Slot, meaning_of, plain
from lambda_src.common.readings.own_quality import measure_of
from lambda_src.common.readings.quality import read_quality
from lambda_src.common.readings.rejects import RuleBrokenError
from lambda_src.common.readings.sensor_names import parse_sensor_type
from lambda_src.common.readings.times import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_src.common.readings.decoded import Decoded
    from lambda_src.common.readings.reading import Reading

Leaf = tuple[tuple[str, ...], Any]


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every value except objects and arrays, with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from leaves(inner, (*path, str(place)))
    else:
        yield path, value


def unexplained(message: dict[str, Any], decoded: Decoded) -> list[Leaf]:
    """The leaves of one message that are in no reading, are not named as skipped and are no subject of a refusal."""
    if not decoded.readings and not decoded.outages:
        # Refused whole, or each of its fields by itself.
        return [] if decoded.rejects else list(leaves(message))
    if any(reject.path is None for reject in decoded.rejects):
        return []
    named = {*decoded.skipped, *(reject.path for reject in decoded.rejects)}
    return [leaf for leaf in leaves(message) if leaf[0][0] not in named and not _used(leaf, message, decoded, named)]


def _used(leaf: Leaf, message: dict[str, Any], decoded: Decoded, named: set[str | None]) -> bool:
    path, value = leaf
    key = path[0]
    readings = [*decoded.readings, *decoded.outages]
    meaning = meaning_of(key)
    role = None if meaning is None else meaning.role
    if role == Slot.MEASURES:
        return path[1] in named or _is_measured(path[1], message[key][path[1]], decoded)
    if role == Slot.METADATA:
        return all(reading.metadata == message[key] for reading in decoded.readings)
    if role in (Slot.UNITS, Slot.INTERVAL):
        return True
    if _is_measured(key, value, decoded) or _is_quality_of_another(key, value, decoded, named):
        return True
    return role is not None and all(_has(reading, role, key, message[key], path) for reading in readings)


def _is_measured(name: str, value: Any, decoded: Decoded) -> bool:
    try:
        spelt = parse_sensor_type(name)
    except RuleBrokenError:
        return False
    return any(reading.sensor_type == spelt and reading.value == float(value) for reading in decoded.readings) or any(
        outage.sensor_type == spelt for outage in decoded.outages
    )


def _is_quality_of_another(key: str, value: Any, decoded: Decoded, named: set[str | None]) -> bool:
    found = measure_of(key)
    if found is None:
        return False
    if any(name is not None and plain(name) == found[0] for name in named):
        return True
    rank = ("good", "uncertain", "bad").index
    return any(
        plain(reading.sensor_type) == found[0] and rank(reading.quality) >= rank(read_quality(value, found[1]))
        for reading in decoded.readings
    ) or any(plain(outage.sensor_type) == found[0] for outage in decoded.outages)


def _has(reading: Any, role: str, key: str, value: Any, path: tuple[str, ...]) -> bool:
    if role == Slot.DEVICE:
        return bool(reading.device_id == str(value))
    if role == Slot.TYPE:
        return bool(reading.sensor_type == parse_sensor_type(value))
    if role == Slot.TIME:
        return bool(reading.timestamp_ms == milliseconds(value))
    if role == Slot.LINE:
        return bool(reading.production_line == str(value))
    if role == Slot.QUALITY:
        return isinstance(value, dict) or _quality_of(reading) == read_quality(value, key)
    if role == Slot.UNIT:
        return bool(getattr(reading, "unit", value) == value)
    return role == Slot.VALUE and _has_value(reading, value, path)


def _has_value(reading: Reading, value: Any, path: tuple[str, ...]) -> bool:
    if isinstance(value, list):
        return len(path) == 2
    return getattr(reading, "value", None) in (None, float(value) if not isinstance(value, str | None) else value) or (
        isinstance(value, str) and (not hasattr(reading, "value") or reading.value == float(value))
    )


def _quality_of(reading: Any) -> str:
    return str(getattr(reading, "quality", "bad"))
