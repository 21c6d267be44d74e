"""The history in Timestream: one single-measure record a reading."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError, code_of, temporary_failures
from lambda_src.common.readings.measure_names import with_quality
from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.stores.store import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_timestream_write import TimestreamWriteClient
    from mypy_boto3_timestream_write.type_defs import DimensionTypeDef, RecordTypeDef

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.aws.workers import Workers
    from lambda_src.common.readings.reading import Reading
    from lambda_src.processor.record import Entry

RECORDS_PER_CALL = 100
"""The service's limit for WriteRecords."""

SYSTEM_NAMES = frozenset({"time", "measure_value", "ts_non_existent_col"})
SYSTEM_PREFIXES = ("ts_", "measure_name", "measure_value")
"""Names that the service keeps for itself (quotas, system identifiers): one of them in a call, and all of it fails."""


class Point(NamedTuple):
    """One record and the readings that are in it: they are stored, fail and are rejected together."""

    entries: Sequence[Entry]
    record: RecordTypeDef


class TimestreamStore:
    """Writes without a version, which is version 1: the same value again is taken, another one is rejected.

    So the service itself decides on conflicts with earlier readings, and on times outside of its retention.
    """

    decides: ClassVar[bool] = True
    common: ClassVar[RecordTypeDef] = {"MeasureValueType": "DOUBLE", "TimeUnit": "MILLISECONDS"}
    """What all records of a call have in common."""

    def __init__(self, client: TimestreamWriteClient, database: str, table: str, workers: Workers) -> None:
        self._client = client
        self._database = database
        self._table = table
        self._workers = workers

    def rejects(self, entries: Sequence[Entry]) -> Sequence[Rejection]:
        """As `Store.rejects`: sensor types that the service keeps for itself."""
        # A batch has few sensor types and many readings.
        types = {entry.reading.sensor_type for entry in entries}
        unnameable = {sensor_type for sensor_type in types if not self.can_name(sensor_type)}
        return (
            [_unnameable(entry) for entry in entries if entry.reading.sensor_type in unnameable] if unnameable else []
        )

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Writer.write`. A rejection because of another value at that time is a conflict."""
        points = self.points(entries)
        chunks = [points[start : start + RECORDS_PER_CALL] for start in range(0, len(points), RECORDS_PER_CALL)]
        outcomes = self._workers.run(partial(self._send, chunk, deadline) for chunk in chunks)
        return Outcome(
            [entry for outcome in outcomes for entry in outcome.failed],
            [rejection for outcome in outcomes for rejection in outcome.rejected],
        )

    def can_name(self, sensor_type: str) -> bool:
        """Whether the table can hold a sensor of this type."""
        return sensor_type not in SYSTEM_NAMES and not sensor_type.startswith(SYSTEM_PREFIXES)

    def points(self, entries: Sequence[Entry]) -> list[Point]:
        """The records for ``entries``, each under a key that follows from its readings."""
        return [Point((entry,), _record(entry.reading)) for entry in entries]

    def _send(self, chunk: Sequence[Point], deadline: Deadline) -> Outcome:
        if deadline.passed():
            return Outcome(_entries(chunk))
        try:
            with temporary_failures():
                self._client.write_records(
                    DatabaseName=self._database,
                    TableName=self._table,
                    CommonAttributes=self.common,
                    Records=[point.record for point in chunk],
                )
        except TemporaryFailureError:
            return Outcome(_entries(chunk))
        except ClientError as error:
            if code_of(error) != "RejectedRecordsException":
                raise
            return Outcome(rejected=_rejections(error, chunk))
        return Outcome()


def _entries(points: Sequence[Point]) -> list[Entry]:
    return [entry for point in points for entry in point.entries]


def dimensions_of(reading: Reading) -> list[DimensionTypeDef]:
    """What a record is about: the device, and its production line where it has one."""
    dimensions: list[DimensionTypeDef] = [{"Name": "device_id", "Value": reading.device_id}]
    if reading.production_line is not None:
        dimensions.append({"Name": "production_line", "Value": reading.production_line})
    return dimensions


def _record(reading: Reading) -> RecordTypeDef:
    return {
        "Dimensions": dimensions_of(reading),
        "MeasureName": with_quality(reading.sensor_type, reading.quality),
        "MeasureValue": repr(reading.value),
        "Time": str(reading.timestamp_ms),
    }


def _unnameable(entry: Entry) -> Rejection:
    detail = f"{entry.reading.sensor_type} is a name that Timestream keeps for itself"
    return Rejection(entry, Reason.REJECTED_BY_TIMESTREAM, detail)


def _rejections(error: ClientError, chunk: Sequence[Point]) -> list[Rejection]:
    """The readings of the records that the answer names by index; all others of the call are stored."""
    # RejectedRecords is a member of this exception alone, which the SDK's type of an error does not know.
    rejected: list[dict[str, Any]] = cast("dict[str, Any]", error.response)["RejectedRecords"]
    rejections: list[Rejection] = []
    for item in rejected:
        # The service gives the existing version exactly where another value stands at the same time.
        reason = Reason.CONFLICT if "ExistingVersion" in item else Reason.REJECTED_BY_TIMESTREAM
        detail = item.get("Reason", "Timestream gave no reason")
        rejections.extend(Rejection(entry, reason, detail) for entry in chunk[item["RecordIndex"]].entries)
    return rejections
