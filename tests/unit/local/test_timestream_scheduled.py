"""The hourly aggregates' query, as the embedded Timestream runs it, and when it refuses to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from lib.processing.hourly_query import hourly_query
from tests.unit.local.conftest import HOUR_MS, NOW_MS, Timestream, point
from tests.unit.local.test_timestream_multi import multi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HOUR = NOW_MS // HOUR_MS * HOUR_MS
"""The hour that is under way, in which no aggregate is made yet."""
RESULT = (
    'SELECT device_id, sensor_type, time, minimum, mean, maximum, readings FROM "history"."hourly" ORDER BY time, 2'
)
COLUMNS = {"minimum": "DOUBLE", "mean": "DOUBLE", "maximum": "DOUBLE", "readings": "BIGINT"}


@pytest.fixture
def schedule(timestream: Timestream) -> Iterator[Callable[..., str]]:
    """Makes the target table; then makes the scheduled query for the measures, and gives its ARN."""
    retention = {"MemoryStoreRetentionPeriodInHours": 24, "MagneticStoreRetentionPeriodInDays": 365}
    timestream.write.create_table(DatabaseName=timestream.database, TableName="hourly", RetentionProperties=retention)
    made: list[str] = []

    def make(measures: Sequence[str] = ()) -> str:
        target = {
            "DatabaseName": timestream.database,
            "TableName": "hourly",
            "TimeColumn": "hour",
            "DimensionMappings": [
                {"Name": name, "DimensionValueType": "VARCHAR"} for name in ("device_id", "sensor_type")
            ],
            "MultiMeasureMappings": {
                "TargetMultiMeasureName": "hourly",
                "MultiMeasureAttributeMappings": [
                    {"SourceColumn": name, "MeasureValueType": kind} for name, kind in COLUMNS.items()
                ],
            },
        }
        answer = timestream.query.create_scheduled_query(
            Name="hourly",
            QueryString=hourly_query(timestream.database, timestream.table, measures),
            ScheduleConfiguration={"ScheduleExpression": "cron(5 * * * ? *)"},
            NotificationConfiguration={"SnsConfiguration": {"TopicArn": "arn:aws:sns:eu-central-1:1:x"}},
            ScheduledQueryExecutionRoleArn="arn:aws:iam::1:role/x",
            ErrorReportConfiguration={"S3Configuration": {"BucketName": "reports"}},
            TargetConfiguration={"TimestreamConfiguration": target},
        )
        made.append(answer["Arn"])
        return made[-1]

    yield make
    for arn in made:
        timestream.query.delete_scheduled_query(ScheduledQueryArn=arn)
    timestream.write.delete_table(DatabaseName=timestream.database, TableName="hourly")


def run(timestream: Timestream, arn: str, at: int = HOUR + 300_000) -> list[list[Any]]:
    timestream.query.execute_scheduled_query(ScheduledQueryArn=arn, InvocationTime=at / 1000)
    return timestream.rows(RESULT)


def test_single_measures_become_a_row_an_hour_device_and_sensor(
    timestream: Timestream, schedule: Callable[..., str]
) -> None:
    timestream.store(
        point(1.0, at=HOUR - HOUR_MS),
        point(4.0, at=HOUR - 1),
        point(7.0, at=HOUR - HOUR_MS - 1),
        point(9.0, at=HOUR),
        point(5.0, at=HOUR - 1, MeasureName="pressure"),
        point(6.0, at=HOUR - 1, device="press-2"),
    )
    before, last = "2025-06-15 13:00:00.000000000", "2025-06-15 14:00:00.000000000"
    assert sorted(run(timestream, schedule())) == [
        ["press-1", "pressure", last, "5.0", "5.0", "5.0", "1"],
        ["press-1", "temperature", before, "7.0", "7.0", "7.0", "1"],
        ["press-1", "temperature", last, "1.0", "2.5", "4.0", "2"],
        ["press-2", "temperature", last, "6.0", "6.0", "6.0", "1"],
    ]


def test_of_multi_measures_each_named_column_is_aggregated(
    timestream: Timestream, schedule: Callable[..., str]
) -> None:
    timestream.store(
        multi({"temperature": 1.0, "rel.humidity-2": 60.0}, at=HOUR - 2),
        multi({"temperature": 2.0, "noise": 3.0}, "other", at=HOUR - 1),
    )
    rows = run(timestream, schedule(["temperature", "rel.humidity-2"]))
    assert sorted((row[1], *row[3:]) for row in rows) == [
        ("rel.humidity-2", "60.0", "60.0", "60.0", "1"),
        ("temperature", "1.0", "1.5", "2.0", "2"),
    ]


def test_bad_values_and_second_records_of_a_reading_count_nothing(
    timestream: Timestream, schedule: Callable[..., str]
) -> None:
    timestream.store(
        point(1.0, at=HOUR - 2),
        point(3.0, at=HOUR - 1, MeasureName="uncertain++temperature"),
        point(999.0, at=HOUR - 3, MeasureName="bad++temperature"),
        point(1.0, at=HOUR - 2, Dimensions=[{"Name": "device_id", "Value": "press-1"}, {"Name": "x", "Value": "y"}]),
    )
    assert [row[3:] for row in run(timestream, schedule())] == [["1.0", "2.0", "3.0", "2"]]


def test_a_measure_in_two_records_of_a_moment_counts_once(timestream: Timestream, schedule: Callable[..., str]) -> None:
    timestream.store(
        multi({"temperature": 1.0, "noise": 3.0}, at=HOUR - 2),
        multi({"temperature": 1.0}, "temperature", at=HOUR - 2),
        multi({"temperature": 999.0}, "bad++temperature", at=HOUR - 1),
    )
    assert [row[3:] for row in run(timestream, schedule(["temperature"]))] == [["1.0", "1.0", "1.0", "1"]]


def test_a_later_run_counts_late_readings_and_replaces_rows(
    timestream: Timestream, schedule: Callable[..., str]
) -> None:
    timestream.store(point(1.0, at=HOUR - 1))
    arn = schedule()
    run(timestream, arn)
    timestream.store(point(3.0, at=HOUR - 2))
    assert [row[3:] for row in run(timestream, arn, at=HOUR + HOUR_MS + 300_000)] == [["1.0", "2.0", "3.0", "2"]]


def test_the_same_run_twice_changes_nothing(timestream: Timestream, schedule: Callable[..., str]) -> None:
    timestream.store(point(1.0, at=HOUR - 1))
    arn = schedule()
    assert run(timestream, arn) == run(timestream, arn)


def test_a_table_without_readings_gets_no_query(timestream: Timestream, schedule: Callable[..., str]) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        schedule()


def test_a_measure_that_never_came_gets_no_query(timestream: Timestream, schedule: Callable[..., str]) -> None:
    timestream.store(multi({"temperature": 1.0}))
    with pytest.raises(ClientError, match=r"ValidationException.*humidity"):
        schedule(["temperature", "humidity"])


def test_an_unknown_scheduled_query_is_not_found(timestream: Timestream) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        timestream.query.execute_scheduled_query(ScheduledQueryArn="arn:aws:timestream:x", InvocationTime=0)
