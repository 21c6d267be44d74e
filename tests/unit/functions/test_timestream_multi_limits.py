"""What multi-measure records can hold: names that are taken, records too large, measure names too long."""

from __future__ import annotations

import hashlib

import pytest

from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.stores.timestream_multi import measure_name
from local.embedded.timestream.records import parse_records
from tests.unit.functions.factories import deadline
from tests.unit.functions.fakes import FakeTimestream
from tests.unit.functions.test_timestream_multi_store import _message, _store


@pytest.mark.parametrize(
    "sensor_type",
    ["time", "measure_value", "measure_name", "measure_names", "ts_1", "device_id", "production_line"],
)
def test_a_name_that_no_column_can_have_is_rejected_alone(sensor_type):
    rejected = _store(FakeTimestream()).rejects(_message(values={"temperature": 1.0, sensor_type: 2.0}))

    assert [(r.entry.reading.sensor_type, r.reason) for r in rejected] == [(sensor_type, Reason.REJECTED_BY_TIMESTREAM)]


def test_a_wide_message_is_split_by_name_into_fitting_records():
    fake = FakeTimestream()
    wide = {f"{'x' * 60}{number:04}": float(number) for number in range(100)}
    line = "\N{GEAR}" * 256

    _store(fake).write(_message(values=wide, device_id="d" * 128, production_line=line), deadline())
    before = dict(fake.rows)
    outcome = _store(fake).write(
        _message(values=dict(reversed(wide.items())), device_id="d" * 128, production_line=line), deadline()
    )

    records = [item for call in fake.calls[:1] for item in call["Records"]]
    stored = {value["Name"]: float(value["Value"]) for item in records for value in item["MeasureValues"]}
    assert stored == wide
    assert max(record.size for record in parse_records(fake.calls[0])) <= 2048
    assert (fake.rows, list(outcome.rejected)) == (before, [])


def test_the_measure_name_names_the_sensors_within_256_bytes():
    short, long = ["a", "b.c"], [f"{'x' * 60}{number:04}" for number in range(5)]

    assert measure_name(short) == "a+b.c"
    assert len(measure_name(long)) == 256
    assert measure_name(long).endswith(hashlib.sha256("+".join(long).encode()).hexdigest()[:16])
    assert measure_name(long) != measure_name([*long[:-1], "y"])
