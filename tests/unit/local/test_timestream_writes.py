"""What the embedded Timestream accepts and refuses, through boto3."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.unit.local.conftest import HOUR_MS, NOW_MS, Timestream, point

VALUES = 'SELECT measure_value::double FROM "history"."readings"'


def rejections(timestream: Timestream, *records: dict[str, Any]) -> list[dict[str, Any]]:
    with pytest.raises(ClientError) as caught:
        timestream.store(*records)
    response: dict[str, Any] = dict(caught.value.response)
    assert response["Error"]["Code"] == "RejectedRecordsException"
    return list(response["RejectedRecords"])


def test_the_same_value_again_is_accepted_and_changes_nothing(timestream: Timestream) -> None:
    timestream.store(point(1.5))
    timestream.store(point(1.5))
    assert timestream.rows(VALUES) == [["1.5"]]


def test_another_value_of_a_version_is_rejected_the_first_stays(timestream: Timestream) -> None:
    timestream.store(point(1.5))
    (rejection,) = rejections(timestream, point(2.5))
    assert rejection["RecordIndex"] == 0
    assert rejection["ExistingVersion"] == 1
    assert "already exists" in rejection["Reason"]
    assert timestream.rows(VALUES) == [["1.5"]]


def test_a_lower_version_with_another_value_is_rejected(timestream: Timestream) -> None:
    timestream.store(point(1.5, Version=5))
    (rejection,) = rejections(timestream, point(2.5, Version=4))
    assert rejection["ExistingVersion"] == 5
    assert "lower than the existing version 5" in rejection["Reason"]


def test_a_higher_version_replaces_the_value(timestream: Timestream) -> None:
    timestream.store(point(1.5))
    timestream.store(point(2.5, Version=2))
    assert timestream.rows(VALUES) == [["2.5"]]


def test_identity_is_all_dimensions_and_the_measure_and_the_time(timestream: Timestream) -> None:
    timestream.store(
        point(1.0),
        point(2.0, device="press-2"),
        point(3.0, at=NOW_MS + 1),
        point(4.0, MeasureName="pressure"),
    )
    assert len(timestream.rows(VALUES)) == 4


def test_the_others_of_a_call_with_a_rejection_are_stored(timestream: Timestream) -> None:
    timestream.store(point(1.5))
    (rejection,) = rejections(timestream, point(7.0, at=NOW_MS - 1), point(9.0), point(8.0, at=NOW_MS - 2))
    assert rejection["RecordIndex"] == 1
    assert sorted(timestream.rows(VALUES)) == [["1.5"], ["7.0"], ["8.0"]]


def test_a_time_that_repeats_within_a_call_is_rejected(timestream: Timestream) -> None:
    (rejection,) = rejections(timestream, point(1.5), point(1.5))
    assert rejection["RecordIndex"] == 1


@pytest.mark.parametrize(
    "at",
    [NOW_MS - 366 * 24 * HOUR_MS, NOW_MS + 15 * 60_000],
    ids=["older than the magnetic store keeps", "fifteen minutes ahead"],
)
def test_a_time_outside_of_what_the_table_keeps_is_rejected(timestream: Timestream, at: int) -> None:
    (rejection,) = rejections(timestream, point(at=at))
    assert "outside the time range" in rejection["Reason"]


def test_late_times_go_to_the_magnetic_store(timestream: Timestream) -> None:
    answer = timestream.store(point(at=NOW_MS - 25 * HOUR_MS), point())
    assert answer["RecordsIngested"] == {"Total": 2, "MemoryStore": 1, "MagneticStore": 1}


def test_late_times_are_rejected_while_magnetic_writes_are_off(timestream: Timestream) -> None:
    timestream.write.update_table(
        DatabaseName=timestream.database,
        TableName=timestream.table,
        RetentionProperties={"MemoryStoreRetentionPeriodInHours": 24, "MagneticStoreRetentionPeriodInDays": 365},
        MagneticStoreWriteProperties={"EnableMagneticStoreWrites": False},
    )
    assert len(rejections(timestream, point(at=NOW_MS - 25 * HOUR_MS))) == 1


def test_a_record_over_two_kilobytes_is_rejected(timestream: Timestream) -> None:
    dimensions = [{"Name": f"dimension-{number}", "Value": "x" * 500} for number in range(5)]
    (rejection,) = rejections(timestream, point(Dimensions=dimensions))
    assert "2048" in rejection["Reason"]


def test_common_attributes_complete_each_record(timestream: Timestream) -> None:
    record = {"MeasureValue": "3.5", "Time": str(NOW_MS), "Dimensions": [{"Name": "device_id", "Value": "press-1"}]}
    common = {"MeasureName": "pressure", "Dimensions": [{"Name": "production_line", "Value": "line-1"}]}
    timestream.store(record, CommonAttributes=common)
    sql = 'SELECT device_id, production_line, measure_name FROM "history"."readings"'
    assert timestream.rows(sql) == [["press-1", "line-1", "pressure"]]


@pytest.mark.parametrize(
    "record",
    [
        point(MeasureValue="NaN"),
        point(MeasureValue="hot"),
        point(MeasureValueType="VARCHAR"),
        point(Time="soon"),
        point(Dimensions=[]),
        point(Dimensions=[{"Name": "device_id", "Value": "a"}, {"Name": "device_id", "Value": "b"}]),
    ],
    ids=["not finite", "no number", "other type", "no time", "no dimension", "dimension twice"],
)
def test_a_malformed_record_fails_the_call(timestream: Timestream, record: dict[str, Any]) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        timestream.store(point(at=NOW_MS - 7), record)
    assert timestream.rows(VALUES) == []


def test_more_than_a_hundred_records_fail_the_call(timestream: Timestream) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        timestream.store(*(point(at=NOW_MS - number) for number in range(101)))


def test_an_unknown_table_is_not_found(timestream: Timestream) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        timestream.write.write_records(DatabaseName="history", TableName="other", Records=[point()])
