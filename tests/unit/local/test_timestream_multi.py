"""Multi-measure records in the embedded Timestream: what it accepts, what a query sees, and what the ledger reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.readings.reading import Identity
from local.embedded.timestream.table import MAX_TABLE_MEASURES
from local.ledger.timestream import TimestreamReader
from tests.unit.local.conftest import NOW_MS, Timestream, point
from tests.unit.local.test_timestream_writes import rejections

if TYPE_CHECKING:
    from local.endpoints import Clients

TABLE = '"history"."readings"'


def multi(measures: dict[str, float], name: str = "climate", **more: Any) -> dict[str, Any]:
    """A record as the processor writes it with multi-measure records."""
    record = point(**more)
    del record["MeasureValue"]
    values = [{"Name": each, "Value": repr(value), "Type": "DOUBLE"} for each, value in measures.items()]
    return record | {"MeasureName": name, "MeasureValueType": "MULTI", "MeasureValues": values}


def test_each_measure_is_a_column(timestream: Timestream) -> None:
    timestream.store(multi({"temperature": 25.5, "humidity": 60.0}), multi({"temperature": 1.0}, "t", at=NOW_MS - 1))
    sql = f"SELECT device_id, measure_name, temperature, humidity FROM {TABLE} ORDER BY time DESC"
    answer = timestream.query.query(QueryString=sql)
    assert [column["Type"]["ScalarType"] for column in answer["ColumnInfo"]] == [*["VARCHAR"] * 2, *["DOUBLE"] * 2]
    assert timestream.rows(sql) == [["press-1", "climate", "25.5", "60.0"], ["press-1", "t", "1.0", None]]


def test_single_and_multi_measures_stand_in_one_table(timestream: Timestream) -> None:
    timestream.store(point(1.5, at=NOW_MS - 1), multi({"temperature": 25.5}))
    sql = f"SELECT measure_value::double, temperature FROM {TABLE} ORDER BY time"
    assert timestream.rows(sql) == [["1.5", None], [None, "25.5"]]


def test_a_table_of_multi_measures_has_no_single_column(timestream: Timestream) -> None:
    timestream.store(multi({"temperature": 25.5}))
    with pytest.raises(ClientError, match="ValidationException"):
        timestream.rows(f"SELECT measure_value::double FROM {TABLE}")


def test_the_same_values_again_are_accepted_in_any_order(timestream: Timestream) -> None:
    timestream.store(multi({"a": 1.0, "b": 2.0}))
    timestream.store(multi({"b": 2.0, "a": 1.0}))
    assert timestream.rows(f"SELECT a, b FROM {TABLE}") == [["1.0", "2.0"]]


@pytest.mark.parametrize("measures", [{"a": 1.0, "b": 3.0}, {"a": 1.0}, {"a": 1.0, "b": 2.0, "c": 3.0}])
def test_other_values_of_a_version_are_rejected_the_first_stay(
    timestream: Timestream, measures: dict[str, float]
) -> None:
    timestream.store(multi({"a": 1.0, "b": 2.0}))
    (rejection,) = rejections(timestream, multi(measures))
    assert (rejection["RecordIndex"], rejection["ExistingVersion"]) == (0, 1)
    assert timestream.rows(f"SELECT a, b FROM {TABLE}") == [["1.0", "2.0"]]


def test_a_higher_version_replaces_the_values(timestream: Timestream) -> None:
    timestream.store(multi({"a": 1.0}))
    timestream.store(multi({"a": 2.0}, Version=2))
    assert timestream.rows(f"SELECT a FROM {TABLE}") == [["2.0"]]


def test_another_measure_name_is_another_record(timestream: Timestream) -> None:
    timestream.store(multi({"a": 1.0}, "one"), multi({"a": 2.0}, "two"))
    assert sorted(timestream.rows(f"SELECT a FROM {TABLE}")) == [["1.0"], ["2.0"]]


@pytest.mark.parametrize(
    "record",
    [
        multi({"a": 1.0}) | {"MeasureValue": "1"},
        multi({}),
        point(MeasureValues=[{"Name": "a", "Value": "1", "Type": "DOUBLE"}]),
        multi({"a": float("nan")}),
        multi({"a": 1.0}) | {"MeasureValues": [{"Name": "a", "Value": "x", "Type": "VARCHAR"}]},
        multi({"a": 1.0}) | {"MeasureValues": [{"Name": "a", "Value": "1", "Type": "DOUBLE"}] * 2},
        multi({"device_id": 1.0}),
        multi({"time": 1.0}),
        multi({"ts_a": 1.0}),
        multi({"measure_value": 1.0}),
        point(MeasureName="time"),
    ],
    ids=[
        "two kinds of value",
        "no measures",
        "measures of a single",
        "not finite",
        "other type",
        "measure twice",
        "measure like a dimension",
        "measure called time",
        "reserved beginning",
        "measure called measure_value",
        "single called time",
    ],
)
def test_a_malformed_record_fails_the_call(timestream: Timestream, record: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        timestream.store(multi({"good": 1.0}), record)
    assert timestream.rows(f"SELECT measure_name FROM {TABLE}") == []


def test_what_goes_beyond_a_quota_is_rejected_alone(timestream: Timestream) -> None:
    wide = {f"m{number:03}": 1.0 for number in range(257)}
    large = {f"{'x' * 60}{number:02}": 1.0 for number in range(30)}
    refused = rejections(
        timestream, multi(wide, "wide"), multi({"a": 1.0}), multi(large, "large"), multi({"b": 1.0}, "n" * 257)
    )
    assert [each["RecordIndex"] for each in refused] == [0, 2, 3]
    assert timestream.rows(f"SELECT a FROM {TABLE}") == [["1.0"]]


def test_a_table_has_1024_different_measures(timestream: Timestream) -> None:
    def record(first: int, count: int) -> dict[str, Any]:
        return multi({f"m{number}": 1.0 for number in range(first, first + count)}, f"from {first}")

    timestream.store(*(record(first, 32) for first in range(0, MAX_TABLE_MEASURES, 32)))
    (rejection,) = rejections(timestream, record(MAX_TABLE_MEASURES, 1))
    assert "Measures of the table: 1025" in rejection["Reason"]
    timestream.store(multi({"m0": 1.0, "m1": 1.0}, "known ones"))


def test_the_ledger_reads_single_and_multi_measures_alike(timestream: Timestream) -> None:
    class Only:
        def client(self, _service: str) -> Any:
            return timestream.query

    reader = TimestreamReader(cast("Clients", Only()), timestream.database, timestream.table)
    line = [{"Name": "device_id", "Value": "press-2"}, {"Name": "production_line", "Value": "line-1"}]
    assert (reader.count(), list(reader.read())) == (0, [])

    timestream.store(
        point(1.5),
        multi({"temperature": 25.5, "humidity": 60.0}, Dimensions=line),
        multi({"temperature": 0.1}, "temperature", at=NOW_MS - 1),
    )

    assert reader.count() == 4
    assert sorted(reader.read()) == [
        (Identity("press-1", "temperature", NOW_MS - 1), 0.1),
        (Identity("press-1", "temperature", NOW_MS), 1.5),
        (Identity("press-2", "humidity", NOW_MS), 60.0),
        (Identity("press-2", "temperature", NOW_MS), 25.5),
    ]


def test_first_records_between_two_queries_do_not_disturb_a_count(timestream: Timestream) -> None:
    class Filled:
        """Answers, and stores the first multi-measure record right after the first answer."""

        def __init__(self) -> None:
            self.waiting = [multi({"temperature": 25.5, "humidity": 60.0})]

        def query(self, **request: Any) -> Any:
            answer = timestream.query.query(**request)
            if self.waiting:
                timestream.store(self.waiting.pop())
            return answer

        def get_paginator(self, name: Any) -> Any:
            return timestream.query.get_paginator(name)

        def client(self, _service: str) -> Any:
            return self

    reader = TimestreamReader(cast("Clients", Filled()), timestream.database, timestream.table)
    assert [reader.count(), reader.count()] == [0, 2]
