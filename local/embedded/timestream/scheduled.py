"""Scheduled queries, run only by ExecuteScheduledQuery; there is no schedule.

moto keeps their descriptions. As on AWS, a query can only be created if its table has the columns that it uses, and a
table has a column from the first record with it. Results go into the target table by its multi-measure mapping. Their
version is the invocation time in milliseconds, so a later run replaces an earlier result for the same hour. Not
supported: other mappings, notifications and error reports; errors are raised by the call.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from local.embedded.timestream.errors import not_found, validation
from local.embedded.timestream.records import MAX_RECORDS

Rows = Sequence[Mapping[str, Any]]


class ScheduledQueries:
    """The scheduled queries by ARN."""

    def __init__(self) -> None:
        self._requests: dict[str, dict[str, Any]] = {}

    @staticmethod
    def check(request: Mapping[str, Any], now: float, run: Callable[[str], Rows]) -> None:
        """Raise a ValidationException if the query of a CreateScheduledQuery does not run."""
        run(_at(request["QueryString"], now))

    def created(self, arn: str, request: dict[str, Any]) -> None:
        """Record a successful CreateScheduledQuery."""
        self._requests[arn] = request

    def deleted(self, arn: str) -> None:
        self._requests.pop(arn, None)

    def execute(
        self, request: Mapping[str, Any], run: Callable[[str], Rows], write: Callable[[dict[str, Any]], object]
    ) -> dict[str, Any]:
        """Answer ExecuteScheduledQuery: `run` the query and `write` its results."""
        scheduled = self._requests.get(request["ScheduledQueryArn"])
        if scheduled is None:
            raise not_found("scheduled query")
        invoked = float(request["InvocationTime"])
        target = scheduled["TargetConfiguration"]["TimestreamConfiguration"]
        if "MultiMeasureMappings" not in target:
            raise validation("this embedded Timestream writes results by MultiMeasureMappings only")
        for chunk in _chunks([_record(row, target) for row in run(_at(scheduled["QueryString"], invoked))]):
            version = int(invoked * 1000)
            common = {"TimeUnit": "MILLISECONDS", "MeasureValueType": "MULTI", "Version": version}
            table = {"DatabaseName": target["DatabaseName"], "TableName": target["TableName"]}
            write({**table, "CommonAttributes": common, "Records": chunk})
        return {}


def _at(query: str, seconds: float) -> str:
    """Return the query for an invocation at this time, in seconds since 1970."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return query.replace("@scheduled_runtime", f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S}'")


def _record(row: Mapping[str, Any], target: Mapping[str, Any]) -> dict[str, Any]:
    mappings = target["MultiMeasureMappings"]
    values = [
        {
            "Name": each.get("TargetMultiMeasureAttributeName", each["SourceColumn"]),
            "Type": each["MeasureValueType"],
            "Value": str(row[each["SourceColumn"]]),
        }
        for each in mappings["MultiMeasureAttributeMappings"]
        if row[each["SourceColumn"]] is not None
    ]
    time: datetime = row[target["TimeColumn"]]
    return {
        "Dimensions": [{"Name": each["Name"], "Value": row[each["Name"]]} for each in target["DimensionMappings"]],
        "MeasureName": mappings["TargetMultiMeasureName"],
        "MeasureValues": values,
        "Time": str(int(time.replace(tzinfo=UTC).timestamp() * 1000)),
    }


def _chunks(records: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(records), MAX_RECORDS):
        yield records[start : start + MAX_RECORDS]
