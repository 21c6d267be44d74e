"""What the embedded Timestream answers, through boto3."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from local.embedded.timestream.query import QueryEngine
from local.embedded.timestream.records import parse_records
from local.embedded.timestream.table import Retention, SeriesTable
from tests.unit.local.conftest import NOW_MS, Timestream, point


def test_a_row_has_the_documented_shape(timestream: Timestream) -> None:
    timestream.store(point(1.5, at=NOW_MS - 877))
    answer = timestream.query.query(
        QueryString='SELECT device_id, time, measure_value::double FROM "history"."readings"'
    )
    assert [column["Name"] for column in answer["ColumnInfo"]] == ["device_id", "time", "measure_value::double"]
    assert [column["Type"]["ScalarType"] for column in answer["ColumnInfo"]] == ["VARCHAR", "TIMESTAMP", "DOUBLE"]
    values = [datum["ScalarValue"] for datum in answer["Rows"][0]["Data"]]
    assert values == ["press-1", "2025-06-15 15:06:39.123000000", "1.5"]


def test_a_dimension_that_a_record_lacks_is_null(timestream: Timestream) -> None:
    line = [{"Name": "device_id", "Value": "a"}, {"Name": "production_line", "Value": "line-1"}]
    timestream.store(point(device="b"), point(Dimensions=line))
    sql = 'SELECT production_line FROM "history"."readings" ORDER BY device_id'
    assert timestream.rows(sql) == [["line-1"], [None]]


def test_pages_hold_max_rows_and_together_everything_once(timestream: Timestream) -> None:
    timestream.store(*(point(float(number), at=NOW_MS - number) for number in range(25)))
    sql = 'SELECT measure_value::double FROM "history"."readings"'
    pages = list(timestream.query.get_paginator("query").paginate(QueryString=sql, PaginationConfig={"PageSize": 10}))
    assert [len(page["Rows"]) for page in pages] == [10, 10, 5]
    values = {row["Data"][0]["ScalarValue"] for page in pages for row in page["Rows"]}
    assert values == {repr(float(number)) for number in range(25)}


def test_doubles_come_back_exactly(timestream: Timestream) -> None:
    values = [0.1 + 0.2, 1e-300, 1.7976931348623157e308, 2 / 3]
    timestream.store(*(point(value, at=NOW_MS - number) for number, value in enumerate(values)))
    rows = timestream.rows('SELECT measure_value::double FROM "history"."readings" ORDER BY time DESC')
    assert [float(row[0] or "") for row in rows] == values


def test_aggregates_see_what_was_written_last(timestream: Timestream) -> None:
    sql = 'SELECT count(*) FROM "history"."readings"'
    assert timestream.rows(sql) == [["0"]]
    timestream.store(point())
    assert timestream.rows(sql) == [["1"]]


def test_a_dropped_table_is_gone_a_recreated_one_empty(timestream: Timestream) -> None:
    names = {"DatabaseName": timestream.database, "TableName": "passing"}
    retention = {"MemoryStoreRetentionPeriodInHours": 24, "MagneticStoreRetentionPeriodInDays": 365}
    sql = 'SELECT count(*) FROM "history"."passing"'
    for _ in range(2):
        timestream.write.create_table(**names, RetentionProperties=retention)
        assert timestream.rows(sql) == [["0"]]
        timestream.write.write_records(**names, Records=[point()])
        assert timestream.rows(sql) == [["1"]]
        timestream.write.delete_table(**names)
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            timestream.rows(sql)


def test_a_recreated_table_is_reloaded_whatever_its_memory_address() -> None:
    engine = QueryEngine()
    for number in range(50):
        # Freed after each turn, so the next one is likely to get its address; its count of changes is the same.
        table = SeriesTable(Retention(10**18, 10**18, magnetic_writes=True))
        table.write(parse_records({"Records": [point(device=f"press-{number}")]}), NOW_MS * 10**6)
        (row,) = engine.rows('SELECT device_id FROM "history"."readings"', {("history", "readings"): table})
        assert row == {"device_id": f"press-{number}"}
        del table


@pytest.mark.parametrize(
    "sql",
    ["SELEC 1", "DROP TABLE x", "SELECT 1; SELECT 2", 'DELETE FROM "history"."readings"'],
)
def test_anything_but_one_select_is_refused(timestream: Timestream, sql: str) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        timestream.query.query(QueryString=sql)


def test_a_page_is_handed_out_once(timestream: Timestream) -> None:
    timestream.store(point(), point(at=NOW_MS - 1))
    sql = 'SELECT time FROM "history"."readings"'
    token = timestream.query.query(QueryString=sql, MaxRows=1)["NextToken"]
    timestream.query.query(QueryString=sql, MaxRows=1, NextToken=token)
    with pytest.raises(ClientError, match="ValidationException"):
        timestream.query.query(QueryString=sql, MaxRows=1, NextToken=token)
