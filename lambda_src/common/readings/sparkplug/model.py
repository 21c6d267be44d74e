"""A Sparkplug payload as its schema says it: a time, a sequence number and metrics. Nothing is interpreted yet.

The schema is Eclipse Tahu's ``sparkplug_b.proto``. Fields that it does not know are extensions and are skipped, but for
a value in one, whose metric is refused later.
"""

from __future__ import annotations

import msgspec


class SparkplugMetric(msgspec.Struct, gc=False):
    """``value`` is an integer or float as it came, text, bytes, or what is inside of a DataSet or Template."""

    name: str | None = None
    alias: int | None = None
    timestamp: int | None = None
    datatype: int = 0
    value: object = None
    field: int = 0
    """The number of the field that held the value; 0 for a metric without one."""
    is_null: bool = False
    is_historical: bool = False
    is_transient: bool = False
    properties: dict[str, object] | None = None


class SparkplugPayload(msgspec.Struct, gc=False):
    metrics: list[SparkplugMetric]
    timestamp: int | None = None
    seq: int | None = None


class Template(msgspec.Struct, gc=False):
    metrics: list[SparkplugMetric]
    is_definition: bool = False


class DataSet(msgspec.Struct, gc=False):
    columns: list[str]
    types: list[int]
    rows: list[list[tuple[int, object]]]
    """Cells as field number and value, in the columns' order."""


INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTES, DATASET, TEMPLATE, EXTENSION = range(10, 20)
"""Numbers of a metric's value fields."""
