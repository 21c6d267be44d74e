"""From metrics to readings. A metric that cannot be read is refused by itself, with its name as the path."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.readings import fields
from lambda_src.common.readings.measures import FoundMeasures, named_error
from lambda_src.common.readings.numbers import number_in, parse_value
from lambda_src.common.readings.quality import read_quality
from lambda_src.common.readings.reading import Outage, Reading
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.births import UNBORN, unit_of
from lambda_src.common.readings.sparkplug.datatypes import (
    ARRAYS,
    NOT_MEASURED,
    TEXTS,
    DataType,
    array_of,
    number_of,
    plain_number,
)
from lambda_src.common.readings.sparkplug.metric_names import MetricNames
from lambda_src.common.readings.sparkplug.model import DataSet, SparkplugMetric, Template
from lambda_src.common.readings.times import check_timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.readings.formats.spec import Format
    from lambda_src.common.readings.reading import Quality
    from lambda_src.common.readings.sparkplug.births import Definition, Definitions
    from lambda_src.common.readings.sparkplug.model import SparkplugPayload

QUALITY = "Quality"
"""The property that holds a metric's quality: 192 good, 0 bad, 500 stale."""
MAX_LISTED = 100
"""Unresolved metrics of one message that are named."""


class MetricReader:
    """Reads payloads by one format; ``device_id`` is the device that they are of, valid already."""

    def __init__(self, form: Format) -> None:
        self._names = MetricNames(form)

    def read(
        self, payload: SparkplugPayload, definitions: Definitions, *, device_id: str, arrived_ms: int
    ) -> tuple[FoundMeasures, list[str]]:
        """What the metrics hold, and those that only a birth can resolve: then nothing of the message may count yet."""
        task = _Task(self._names, definitions, device_id, arrived_ms)
        task.read(payload.metrics, arrived_ms if payload.timestamp is None else payload.timestamp)
        return task.found, task.unresolved


class _Task:
    """One message."""

    def __init__(self, names: MetricNames, definitions: Definitions, device_id: str, arrived_ms: int) -> None:
        self.found = FoundMeasures(timed=True, skipped=[])
        self.unresolved: list[str] = []
        self._names = names
        self._definitions = definitions
        self._device_id = device_id
        self._arrived_ms = arrived_ms
        self._checked_ms = -1
        """The time that was found to be valid last: metrics of a message often share it."""

    def read(self, metrics: Sequence[SparkplugMetric], sent_ms: int, prefix: str = "") -> None:
        by_alias, by_name = self._definitions if not prefix else UNBORN
        meaning_of, keep = self._names.meaning, self.found.readings.append
        device_id, arrived_ms = self._device_id, self._arrived_ms
        for metric in metrics:
            name = metric.name
            definition = by_name.get(name) if name is not None else by_alias.get(metric.alias)  # type: ignore[arg-type]
            if name is None:
                if definition is None:
                    self._leave_nameless(metric, prefix)
                    continue
                name = definition.name
            datatype = metric.datatype or (0 if definition is None else definition.datatype)
            meaning = meaning_of(prefix + name)
            timestamp = sent_ms if metric.timestamp is None else metric.timestamp
            number = None
            if (
                timestamp == self._checked_ms
                and metric.properties is None
                and not (metric.is_null or metric.is_transient)
            ):
                number = plain_number(datatype, metric.field, metric.value)
            if number is not None and isinstance(meaning, str):
                # The common metric at once; `_add` does the same in more steps.
                unit = None if definition is None else definition.unit
                keep(Reading(device_id, meaning, number, timestamp, arrived_ms, None, None, unit))
            else:
                self._read_one(metric, prefix + name, datatype, definition, timestamp)

    def _read_one(
        self, metric: SparkplugMetric, name: str, datatype: int, definition: Definition | None, timestamp: int
    ) -> None:
        try:
            self._add(metric, name, datatype, definition, timestamp)
        except RuleBrokenError as error:
            self.found.errors.append(named_error(error, name))

    def _add(
        self, metric: SparkplugMetric, name: str, datatype: int, definition: Definition | None, timestamp: int
    ) -> None:
        meaning = self._names.meaning(name)
        if meaning is None or metric.is_transient or _is_not_measured(metric, datatype):
            self.found.skipped.append(name)
            return
        if datatype == DataType.TEMPLATE and isinstance(metric.value, Template):
            self._add_template(metric.value, name, timestamp)
            return
        if datatype == DataType.DATASET and isinstance(metric.value, DataSet):
            self._add_row(metric.value, name, timestamp)
            return
        if isinstance(meaning, RuleBrokenError):
            raise meaning
        if datatype == 0 and not metric.is_null:
            # Which bits are the sign, and whether a number is a time, only the data type says.
            self._leave(name)
            return
        unit = unit_of(metric) or (None if definition is None else definition.unit)
        properties = metric.properties or {}
        quality = read_quality(properties[QUALITY], QUALITY) if QUALITY in properties else "good"
        self._add_value(metric, datatype, meaning, timestamp, unit, quality)

    def _add_value(
        self,
        metric: SparkplugMetric,
        datatype: int,
        sensor_type: str,
        timestamp: int,
        unit: str | None,
        quality: Quality,
    ) -> None:
        moment = self._check(timestamp)
        if metric.is_null:
            # A metric that is null says that it has no value now.
            self.found.outages.append(Outage(self._device_id, sensor_type, moment, self._arrived_ms))
            return
        if datatype in ARRAYS:
            count = len(array_of(datatype, metric.field, metric.value))
            detail = f"the {count} elements of an array have no times: send them as metrics of their own"
            raise RuleBrokenError(Reason.NO_TIMESTAMP, detail)
        value = number_of(datatype, metric.field, metric.value)
        self._keep(sensor_type, value, moment, unit, quality)

    def _add_template(self, template: Template, name: str, timestamp: int) -> None:
        if template.is_definition:
            self.found.skipped.append(name)
        else:
            self.read(template.metrics, timestamp, f"{name}/")

    def _add_row(self, dataset: DataSet, name: str, timestamp: int) -> None:
        """A DataSet's one row: a sensor per column. The rows of a longer one would all have the same time."""
        if len(dataset.rows) != 1:
            raise RuleBrokenError(Reason.NO_TIMESTAMP, f"the {len(dataset.rows)} rows of a DataSet have no times")
        if not len(dataset.columns) == len(dataset.types) == len(dataset.rows[0]):
            raise RuleBrokenError(Reason.INVALID_VALUE, "the DataSet has not one type and value per column")
        for column, datatype, (field, value) in zip(dataset.columns, dataset.types, dataset.rows[0], strict=True):
            cell = SparkplugMetric(name=f"{name}/{column}", field=field, value=value, is_null=field == 0)
            self._read_one(cell, f"{name}/{column}", datatype, None, timestamp)

    def _keep(self, sensor_type: str, value: object, moment: int, unit: str | None, quality: Quality) -> None:
        number = parse_value(value)
        unit = fields.parse_unit(unit)
        reading = Reading(self._device_id, sensor_type, number, moment, self._arrived_ms, None, None, unit, quality)
        self.found.readings.append(reading)

    def _check(self, timestamp: int) -> int:
        if timestamp != self._checked_ms:
            self._checked_ms = check_timestamp(timestamp, self._arrived_ms)
        return timestamp

    def _leave_nameless(self, metric: SparkplugMetric, prefix: str) -> None:
        """Aliases are for the metrics of a payload, not for those inside of a template."""
        if metric.alias is None or prefix:
            detail = "the metric has neither a name nor an alias that a birth could name"
            self.found.errors.append(RuleBrokenError(Reason.NO_SENSOR_TYPE, detail, prefix or None))
        else:
            self._leave(f"alias {metric.alias}")

    def _leave(self, name: str) -> None:
        if len(self.unresolved) < MAX_LISTED:
            self.unresolved.append(name)


def _is_not_measured(metric: SparkplugMetric, datatype: int) -> bool:
    """Whether the data type says so: texts are measured only if they are numbers."""
    if datatype in TEXTS and isinstance(metric.value, str):
        return number_in(metric.value) is None
    return datatype in NOT_MEASURED
