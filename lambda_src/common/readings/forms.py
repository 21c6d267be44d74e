"""The shapes in which one JSON object carries readings if no format describes it, and what becomes of each field.

A message with ``sensor_data`` carries one measure per entry; one with ``value`` or ``sensor_type`` carries that single
reading; any other carries one measure for each field that reads as a number and has no other meaning. Every field is
part of a reading, or is skipped because the table of names calls it housekeeping, or is the subject of a refusal: an
object or array that nobody asked for refuses the whole message, anything else only itself.

The unit of a single reading is its ``unit``, those of measures are listed by their names in an object ``units``; a
``quality`` applies to all of them, or is such an object as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.readings import fields
from lambda_src.common.readings.decoded import MAX_READINGS
from lambda_src.common.readings.flat import sort_fields
from lambda_src.common.readings.labels import Labels, label_fields
from lambda_src.common.readings.measures import MAX_SHOWN, Common, FoundMeasures, named_error
from lambda_src.common.readings.names import ALIASES, Slot, plain
from lambda_src.common.readings.numbers import reads_as_number, refused_value
from lambda_src.common.readings.own_quality import Field, split_qualities, worst_quality
from lambda_src.common.readings.quality import read_quality
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sensor_names import parse_sensor_type
from lambda_src.common.readings.times import check_timestamp, parse_timestamp, reads_as_time
from lambda_src.common.readings.waveform import interval_ms, interval_unit, samples

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lambda_src.common.readings.context import DecodeContext
    from lambda_src.common.readings.reading import Quality

_NO_NAME = ("", -1)


def read_message(message: Mapping[str, object], context: DecodeContext) -> FoundMeasures:
    """Everything that one message holds; raises `RuleBrokenError` if the whole message is unusable."""
    labels = label_fields(message)
    values = labels.values
    common = _common(values, context)
    timed = Slot.TIME in values or Slot.TIME in context.defaults
    found = FoundMeasures(timed=timed, skipped=labels.skipped)
    refuse_unread(labels, timed=timed, arrived_ms=context.arrived_ms)
    if Slot.MEASURES in values:
        _sensor_data(found, common, labels, context)
    elif Slot.VALUE in values or labels.names.get(Slot.TYPE, _NO_NAME)[1] == 0:
        # The other names of a sensor type are those of texts as well, and need a value beside them.
        _single(found, common, labels, context)
    else:
        _flat(found, common, labels, context)
    if common.metadata is not None:
        found.shared_metadata = len(found.readings) > 1 or Slot.METADATA in context.defaults
    return found


def _common(values: Mapping[str, object], context: DecodeContext) -> Common:
    """What all measures share."""
    defaults: Mapping[str, Any] = context.defaults
    own = {**defaults, **values} if defaults else values
    # Metadata of the object around a list is checked once for all of its elements.
    metadata = fields.parse_metadata(values[Slot.METADATA]) if Slot.METADATA in values else defaults.get(Slot.METADATA)
    return Common(
        context.device_of(own.get(Slot.DEVICE)),
        parse_timestamp(own.get(Slot.TIME), context.arrived_ms),
        context.arrived_ms,
        fields.parse_production_line(own.get(Slot.LINE)),
        metadata,
    )


def refuse_unread(labels: Labels, *, timed: bool, arrived_ms: int) -> None:
    """Raises `RuleBrokenError` where a field that nobody knows makes the others doubtful."""
    for key, value in labels.rest:
        if isinstance(value, dict | list):
            detail = "nothing says how to read this part: describe the message in a format"
            raise RuleBrokenError(Reason.UNKNOWN_FORM, detail, key)
        if not timed and reads_as_time(value, arrived_ms):
            detail = "this looks like the message's time and has another name: name it in a format"
            raise RuleBrokenError(Reason.INVALID_TIMESTAMP, detail, key)


def _sensor_data(found: FoundMeasures, common: Common, labels: Labels, context: DecodeContext) -> None:
    measures = labels.values[Slot.MEASURES]
    if not isinstance(measures, dict) or not measures:
        raise RuleBrokenError(Reason.NO_MEASURES, "sensor_data must be an object with measures")
    entries, qualities = split_qualities(list(measures.items()), {plain(name) for name in measures})
    _several(found, common, (entries, qualities), labels, context)
    found.errors.extend(unread_field(labels.names[role][0]) for role in (Slot.TYPE, Slot.VALUE) if role in labels.names)
    _refuse_fields(found, labels.rest)


def _flat(found: FoundMeasures, common: Common, labels: Labels, context: DecodeContext) -> None:
    measures, qualities, others = sort_fields(labels.rest, timed=found.timed)
    _several(found, common, (measures, qualities), labels, context)
    if Slot.TYPE in labels.values:
        others.append((labels.names[Slot.TYPE][0], labels.values[Slot.TYPE]))
    _refuse_fields(found, others)


def _several(
    found: FoundMeasures,
    common: Common,
    listed: tuple[list[Field], dict[str, list[Field]]],
    labels: Labels,
    context: DecodeContext,
) -> None:
    measures, qualities = listed
    if len(measures) > MAX_READINGS:
        raise RuleBrokenError(Reason.TOO_LARGE, f"the message has more than {MAX_READINGS:,} measures")
    unit, unit_of = _units(labels)
    if unit is not None and len(measures) > 1:
        detail = f"the message has {len(measures)} measures: name their units in an object 'units'"
        name, _ = labels.names[Slot.UNIT if Slot.UNIT in labels.names else Slot.UNITS]
        found.errors.append(RuleBrokenError(Reason.INVALID_UNIT, detail, name))
        unit = None
    quality = labels.values.get(Slot.QUALITY)
    of_each = isinstance(quality, dict) and not quality.keys().isdisjoint(name for name, _ in measures)
    shared = "good" if of_each else _quality(labels, context)
    for name, value in measures:
        own = read_quality(quality.get(name), name) if of_each and isinstance(quality, dict) else shared
        try:
            own = worst_quality(own, qualities.get(plain(name), ())) if qualities else own
            common.add(found, parse_sensor_type(name), value, unit_of.get(name.lower()) if unit_of else unit, own)
        except RuleBrokenError as error:
            found.errors.append(named_error(error, name))


def _single(found: FoundMeasures, common: Common, labels: Labels, context: DecodeContext) -> None:
    values = labels.values
    sensor_type = values.get(Slot.TYPE) or context.defaults.get(Slot.TYPE)
    if sensor_type is None:
        raise RuleBrokenError(Reason.NO_SENSOR_TYPE, "the message has a value and no sensor type")
    name = parse_sensor_type(sensor_type if isinstance(sensor_type, str) else None)
    rest, own = split_qualities(labels.rest, {"value", plain(name)})
    quality = worst_quality(_quality(labels, context), [field for each in own.values() for field in each])
    value = values.get(Slot.VALUE)
    if Slot.VALUE not in values and quality != "bad":
        raise RuleBrokenError(Reason.NO_VALUE, "the message has a sensor type and no value")
    unit, unit_of = _units(labels)
    if unit_of:
        unit = unit_of.get(str(sensor_type).lower())
    elif unit is None:
        unit = context.defaults.get(Slot.UNIT)
    if isinstance(value, list):
        _waveform(found, common, labels, (name, value, unit, quality))
    else:
        common.add(found, name, value, unit, quality)
    _refuse_fields(found, rest)


def _waveform(
    found: FoundMeasures, common: Common, labels: Labels, wave: tuple[str, list[object], object, Quality]
) -> None:
    name, values, unit, quality = wave
    if not 0 < len(values) <= MAX_READINGS:
        raise RuleBrokenError(Reason.INVALID_VALUE, f"an array of samples must have 1 to {MAX_READINGS:,} of them")
    if Slot.INTERVAL not in labels.values:
        detail = "the value is an array and no interval says when its samples were taken"
        raise RuleBrokenError(Reason.INVALID_VALUE, detail)
    alias = ALIASES[Slot.INTERVAL][labels.names[Slot.INTERVAL][1]]
    length = interval_ms(labels.values[Slot.INTERVAL], interval_unit(alias))
    for place, (value, moment) in enumerate(samples(values, common.timestamp_ms, length)):
        try:
            check_timestamp(moment, common.arrived_ms)
            common._replace(timestamp_ms=moment).add(found, name, value, unit, quality)
        except RuleBrokenError as error:
            found.errors.append(RuleBrokenError(error.reason, f"sample {place}: {error.detail}", f"value[{place}]"))


def _units(labels: Labels) -> tuple[object, dict[str, object]]:
    """The one unit of the message, and the units of its measures by their names in lower case."""
    units = labels.values.get(Slot.UNITS)
    if isinstance(units, dict):
        return labels.values.get(Slot.UNIT), {name.lower(): unit for name, unit in units.items()}
    return labels.values.get(Slot.UNIT, units), {}


def _quality(labels: Labels, context: DecodeContext) -> Quality:
    if labels.qualities:
        return worst_quality("good", labels.qualities)
    if Slot.QUALITY in context.defaults:
        return read_quality(context.defaults[Slot.QUALITY], "quality")
    return "good"


def _refuse_fields(found: FoundMeasures, others: list[tuple[str, object]]) -> None:
    """Refuse what is no measure and nothing else, each field by itself."""
    for key, value in others:
        if reads_as_number(value):
            found.errors.append(unread_field(key))
        else:
            found.errors.append(named_error(refused_value(value), key))


def unread_field(key: str) -> RuleBrokenError:
    shown = key[:MAX_SHOWN]
    return RuleBrokenError(Reason.UNKNOWN_FIELD, f"the field {shown!r} is unknown in a message of this form", key)
