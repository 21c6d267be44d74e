"""Metrics of any kind, and what is inside of them: templates, datasets, properties."""

from __future__ import annotations

from lambda_src.common.protobuf import (
    broken,
    chunk,
    double_at,
    fields,
    float_at,
    length_at,
    skip,
    text_of,
    varint_at,
    whole,
)
from lambda_src.common.readings.encodings.bounds import check_depth
from lambda_src.common.readings.sparkplug.model import (
    BYTES,
    DATASET,
    DOUBLE,
    EXTENSION,
    FLOAT,
    STRING,
    TEMPLATE,
    DataSet,
    SparkplugMetric,
    Template,
)


def parse_metric(data: bytes, place: int, end: int, depth: int) -> SparkplugMetric:
    """One metric, whatever it has."""
    metric = SparkplugMetric()
    while place < end:
        tag = data[place]
        place += 1
        if tag == 0x18:
            metric.timestamp, place = varint_at(data, place)
        elif tag == 0x20:
            metric.datatype, place = varint_at(data, place)
        elif tag == 0x10:
            metric.alias, place = varint_at(data, place)
        elif tag == 0x69:
            (metric.value,) = double_at(data, place)
            metric.field = DOUBLE
            place += 8
        elif tag == 0x65:
            (metric.value,) = float_at(data, place)
            metric.field = FLOAT
            place += 4
        elif tag in _VARINTS:
            metric.field = tag >> 3
            metric.value, place = varint_at(data, place)
        elif tag == 0x0A:
            start, place = length_at(data, place, end)
            metric.name = text_of(data[start:place])
        else:
            place = _rare(metric, data, place - 1, end, depth)
    if place != end:
        raise IndexError
    return metric


_VARINTS = frozenset((0x50, 0x58, 0x70))
"""Tags of the values that are integers and booleans."""
_FLAGS = {5: "is_historical", 6: "is_transient", 7: "is_null"}


def _rare(metric: SparkplugMetric, data: bytes, place: int, end: int, depth: int) -> int:
    """A field that few metrics have; returns the place behind it."""
    tag, place = varint_at(data, place)
    number, kind = tag >> 3, tag & 7
    if kind == 0 and number in _FLAGS:
        flag, place = varint_at(data, place)
        setattr(metric, _FLAGS[number], bool(flag))
        return place
    if kind != 2 or number not in (9, STRING, BYTES, DATASET, TEMPLATE, EXTENSION):
        return skip(data, place, end, kind)
    start, place = length_at(data, place, end)
    inside = data[start:place]
    if number == 9:
        metric.properties = _properties(inside)
        return place
    metric.field = number
    if number == STRING:
        metric.value = text_of(inside)
    elif number == DATASET:
        metric.value = _dataset(inside)
    elif number == TEMPLATE:
        metric.value = _template(inside, depth + 1)
    else:
        metric.value = inside
    return place


def _template(data: bytes, depth: int) -> Template:
    check_depth(depth)
    template = Template([])
    for number, value in fields(data):
        if number == 2:
            inside = chunk(value)
            template.metrics.append(parse_metric(inside, 0, len(inside), depth))
        elif number == 5:
            template.is_definition = bool(value)
    return template


def _dataset(data: bytes) -> DataSet:
    dataset = DataSet([], [], [])
    for number, value in fields(data):
        if number == 2:
            dataset.columns.append(text_of(chunk(value)))
        elif number == 3:
            dataset.types.extend(_packed(value))
        elif number == 4:
            dataset.rows.append([_cell(chunk(cell)) for field, cell in fields(chunk(value)) if field == 1])
    return dataset


def _packed(value: int | bytes | float) -> list[int]:
    """A repeated integer, one by one or packed."""
    if not isinstance(value, bytes):
        return [whole(value)]
    found: list[int] = []
    place = 0
    while place < len(value):
        number, place = varint_at(value, place)
        found.append(number)
    return found


def _cell(data: bytes) -> tuple[int, object]:
    """A DataSet's value under the number that it would have in a metric."""
    field = 0
    found: object = None
    for number, value in fields(data):
        field = min(number + 9, EXTENSION)
        found = text_of(chunk(value)) if field == STRING else value
    return field, found


def _properties(data: bytes) -> dict[str, object]:
    """A property set by its keys; sets inside of it, which nothing is read from, are None."""
    keys: list[str] = []
    values: list[object] = []
    for number, value in fields(data):
        if number == 1:
            keys.append(text_of(chunk(value)))
        elif number == 2:
            values.append(_property(chunk(value)))
    if len(keys) != len(values):
        raise broken("a property set has not one value per key")
    return dict(zip(keys, values, strict=True))


def _property(data: bytes) -> object:
    """A property's value: signed if its type is, None if it is null or a set."""
    kind, null = 0, False
    found: object = None
    for number, value in fields(data):
        if number == 1:
            kind = whole(value)
        elif number == 2:
            null = bool(value)
        elif number == 8:
            found = text_of(chunk(value))
        elif number == 7:
            found = bool(value)
        elif 3 <= number <= 6:
            found = value
    if null:
        return None
    bits = {1: 32, 2: 32, 3: 32, 4: 64}.get(kind)
    if bits and isinstance(found, int) and found >> (bits - 1) & 1:
        return found - (1 << bits)
    return found
