"""The shapes in which one JSON object carries readings, and how each becomes `Reading`.

A message with ``sensor_data`` carries one measure an entry; one with ``value`` or a sensor type carries that
single reading; any other carries one measure for each numeric field that is no envelope field. The unit of a single
reading is its ``unit``, those of measures stand by their names in an object ``units``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lambda_src.common.readings import fields
from lambda_src.common.readings.reading import Reading
from lambda_src.common.readings.rejects import Reason, RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DEVICE_KEYS = ("device_id", "deviceId", "sensor_id")
TYPE_KEYS = ("sensor_type", "sensorType")
TIME_KEYS = ("timestamp_ms", "timestamp")
LINE_KEYS = ("production_line", "productionLine")
ENVELOPE_KEYS = frozenset(
    (*DEVICE_KEYS, *TYPE_KEYS, *TIME_KEYS, *LINE_KEYS, "value", "metadata", "sensor_data", "readings")
)


class DecodeContext(NamedTuple):
    """What a message does not say itself: when it came, and what its transport or envelope says for it."""

    arrived_ms: int
    device_id: str | None = None
    """The device that the transport vouches for: a message that names another one is refused."""
    default_device: object = None
    default_line: object = None
    default_timestamp: object = None

    @property
    def has_defaults(self) -> bool:
        return not (self.default_device is self.default_line is self.default_timestamp is None)

    def inside(self, envelope: Mapping[str, object]) -> DecodeContext:
        """The context of the elements of ``envelope["readings"]``; raises `RuleBrokenError` for a foreign device."""
        claimed = first(envelope, DEVICE_KEYS)
        check_device(claimed, self.device_id)
        return self._replace(
            default_device=claimed,
            default_line=first(envelope, LINE_KEYS),
            default_timestamp=first(envelope, TIME_KEYS),
        )


class Common(NamedTuple):
    """The fields that all measures of a message share, validated."""

    device_id: str
    timestamp_ms: int
    arrived_ms: int
    production_line: str | None
    metadata: dict[str, object] | None

    def reading(self, sensor_type: object, value: object, unit: object) -> Reading:
        """Raises `RuleBrokenError` for a sensor type, a value or a unit that breaks its rule."""
        name = fields.parse_sensor_type(sensor_type)
        number = fields.parse_value(value)
        return Reading(
            self.device_id,
            name,
            number,
            self.timestamp_ms,
            self.arrived_ms,
            self.production_line,
            self.metadata,
            fields.parse_unit(unit),
        )


def read_message(message: Mapping[str, object], context: DecodeContext) -> Iterator[Reading | RuleBrokenError]:
    """Each measure of one message as a `Reading`, or as the rule that it breaks.

    Raises `RuleBrokenError` where the whole message is unusable.
    """
    common = _common(message, context)
    if message.get("sensor_data") is not None:
        measures = message["sensor_data"]
        if not isinstance(measures, dict) or not measures:
            raise RuleBrokenError(Reason.NO_MEASURES, "sensor_data is no object with measures")
        yield from _measures(common, measures, message.get("units"))
    elif "value" in message or first(message, TYPE_KEYS) is not None:
        yield _single(common, message)
    else:
        numeric = {k: v for k, v in message.items() if k not in ENVELOPE_KEYS and fields.is_number(v)}
        if not numeric:
            raise RuleBrokenError(Reason.NO_MEASURES, "the message has no value, no sensor_data and no numeric field")
        yield from _measures(common, numeric, message.get("units"))


def first(message: Mapping[str, object], keys: tuple[str, ...]) -> object:
    """The first of ``keys`` that the message fills: null and empty text count as missing."""
    return next((message[key] for key in keys if message.get(key) not in (None, "")), None)


def check_device(claimed: object, known: str | None) -> None:
    """Raises `RuleBrokenError` where a message claims another device than the transport knows."""
    if known is not None and claimed is not None and claimed != known:
        raise RuleBrokenError(Reason.DEVICE_MISMATCH, "the message names another device than the one that sent it")


def _common(message: Mapping[str, object], context: DecodeContext) -> Common:
    claimed = first(message, DEVICE_KEYS)
    check_device(claimed, context.device_id)
    device = next((d for d in (claimed, context.default_device, context.device_id) if d is not None), None)
    if device is None:
        raise RuleBrokenError(Reason.NO_DEVICE, "neither the message nor its transport names a device")
    if not isinstance(device, str):
        raise RuleBrokenError(Reason.INVALID_DEVICE, "the device id is no text")
    timestamp = first(message, TIME_KEYS)
    line = first(message, LINE_KEYS)
    return Common(
        fields.parse_device_id(device),
        fields.parse_timestamp(context.default_timestamp if timestamp is None else timestamp, context.arrived_ms),
        context.arrived_ms,
        fields.parse_production_line(context.default_line if line is None else line),
        fields.parse_metadata(message.get("metadata")),
    )


def _single(common: Common, message: Mapping[str, object]) -> Reading:
    sensor_type = first(message, TYPE_KEYS)
    if sensor_type is None:
        raise RuleBrokenError(Reason.NO_SENSOR_TYPE, "the message has a value and no sensor type")
    if not isinstance(sensor_type, str):
        raise RuleBrokenError(Reason.INVALID_SENSOR_TYPE, "the sensor type is no text")
    if "value" not in message:
        raise RuleBrokenError(Reason.NO_VALUE, "the message has a sensor type and no value")
    return common.reading(sensor_type, message["value"], message.get("unit"))


def _measures(common: Common, measures: Mapping[str, object], units: object) -> Iterator[Reading | RuleBrokenError]:
    # Anything else than an object is no list of units, but a field of the sender's own.
    unit_of = {name.lower(): unit for name, unit in units.items()} if isinstance(units, dict) else {}
    for name, value in measures.items():
        try:
            yield common.reading(name, value, unit_of.get(name.lower()))
        except RuleBrokenError as error:
            yield RuleBrokenError(error.reason, f"measure {name[: fields.MAX_LINE_LENGTH]!r}: {error.detail}")
