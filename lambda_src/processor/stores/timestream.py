"""The history in Timestream: one single-measure record a reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from lambda_src.common.errors import TemporaryFailureError, code_of, temporary_failures
from lambda_src.common.rejects import Reason
from lambda_src.processor.stores.store import Outcome, Rejection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_timestream_write import TimestreamWriteClient
    from mypy_boto3_timestream_write.type_defs import DimensionTypeDef, RecordTypeDef

    from lambda_src.common.deadline import Deadline
    from lambda_src.common.reading import Reading
    from lambda_src.processor.record import Entry

RECORDS_PER_CALL = 100
"""The service's limit for WriteRecords."""

COMMON: RecordTypeDef = {"MeasureValueType": "DOUBLE", "TimeUnit": "MILLISECONDS"}


class TimestreamStore:
    """Writes without a version, which is version 1: the same value again is taken, another one is rejected."""

    def __init__(self, client: TimestreamWriteClient, database: str, table: str) -> None:
        self._client = client
        self._database = database
        self._table = table

    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """As `Store.write`. A rejection because of another value at that time is a conflict."""
        failed: list[Entry] = []
        rejected: list[Rejection] = []
        for start in range(0, len(entries), RECORDS_PER_CALL):
            chunk = entries[start : start + RECORDS_PER_CALL]
            if deadline.passed():
                failed.extend(entries[start:])
                break
            try:
                rejected.extend(self._send(chunk))
            except TemporaryFailureError:
                failed.extend(chunk)
        return Outcome(failed, rejected)

    def _send(self, chunk: Sequence[Entry]) -> list[Rejection]:
        try:
            with temporary_failures():
                self._client.write_records(
                    DatabaseName=self._database,
                    TableName=self._table,
                    CommonAttributes=COMMON,
                    Records=[_record(entry.reading) for entry in chunk],
                )
        except ClientError as error:
            if code_of(error) != "RejectedRecordsException":
                raise
            return _rejections(error, chunk)
        return []


def _record(reading: Reading) -> RecordTypeDef:
    dimensions: list[DimensionTypeDef] = [{"Name": "device_id", "Value": reading.device_id}]
    if reading.production_line is not None:
        dimensions.append({"Name": "production_line", "Value": reading.production_line})
    return {
        "Dimensions": dimensions,
        "MeasureName": reading.sensor_type,
        "MeasureValue": repr(reading.value),
        "Time": str(reading.timestamp_ms),
    }


def _rejections(error: ClientError, chunk: Sequence[Entry]) -> list[Rejection]:
    """The chunk's readings that the answer names by index; all others of the call are stored."""
    # RejectedRecords is a member of this exception alone, which the SDK's type of an error does not know.
    rejected: list[dict[str, Any]] = cast("dict[str, Any]", error.response)["RejectedRecords"]
    rejections = []
    for item in rejected:
        # The service gives the existing version exactly where another value stands at the same time.
        conflict = "ExistingVersion" in item
        rejections.append(
            Rejection(
                chunk[item["RecordIndex"]],
                Reason.CONFLICT if conflict else Reason.REJECTED_BY_TIMESTREAM,
                item.get("Reason", "Timestream gave no reason"),
            )
        )
    return rejections
