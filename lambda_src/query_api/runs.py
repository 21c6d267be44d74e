"""Read the table of runs in the order of their starts, and track which readings are complete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lambda_src.common.aws.errors import temporary_failures
from lambda_src.common.runs import SPAN_MS, key_range

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef


class RunReader:
    """Reads the runs that overlap start_ms <= t < end_ms, one call at a time, forwards or backwards.

    All readings with complete_from <= t < complete_to have been read. Reading forwards moves the end, because a run has
    nothing before its start. Reading backwards moves the start, which lags by the longest run.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        device_id: str,
        sensor_type: str | None,
        start_ms: int,
        end_ms: int,
        descending: bool,
    ) -> None:
        self._client = client
        self._descending = descending
        self._bounds = (start_ms, end_ms)
        self.complete_from = end_ms if descending else start_ms
        self.complete_to = end_ms if descending else start_ms
        self.seen = 0
        """Number of runs read, of all sensors."""
        self.finished = False
        low, high = key_range(start_ms, end_ms)
        values: dict[str, Any] = {":device": {"S": device_id}, ":low": {"S": low}, ":high": {"S": high}}
        self._request: QueryInputTypeDef = {
            "TableName": table,
            "KeyConditionExpression": "device_id = :device AND run BETWEEN :low AND :high",
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not descending,
            # Strongly consistent, so that callers find what they have just sent.
            "ConsistentRead": True,
        }
        if sensor_type is not None:
            # The key starts with the time, so filtering by sensor reduces the data returned but not the data read.
            self._request["FilterExpression"] = "sensor_type = :sensor"
            values[":sensor"] = {"S": sensor_type}

    def read(self, count: int) -> Sequence[Mapping[str, Any]]:
        """Read the next runs, at most ``count`` and 1 MB. Raises `TemporaryFailureError`."""
        self._request["Limit"] = count
        with temporary_failures():
            answer = self._client.query(**self._request)
        self.seen += answer["ScannedCount"]
        last = answer.get("LastEvaluatedKey")
        self.finished = last is None
        if last is None:
            self.complete_from, self.complete_to = self._bounds
        else:
            self._request["ExclusiveStartKey"] = last
            self._advance(int(str(last["run"]["S"]).partition("#")[0]))
        return answer["Items"]

    def _advance(self, start_ms: int) -> None:
        """The last run starts here; others with the same start may follow."""
        start, end = self._bounds
        if self._descending:
            self.complete_from = min(self.complete_from, max(start, start_ms + SPAN_MS + 1))
        else:
            self.complete_to = max(self.complete_to, min(end, start_ms))
