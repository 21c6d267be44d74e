"""Up to which moment everything that arrived has been processed, according to CloudWatch's metrics of the transport.

While the pipeline is behind, nobody can know which devices are silent, so for presence the time stands still. The
metrics come by the minute and one to three minutes late (CloudWatch); a silence lasts longer than that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from lambda_src.common.aws.errors import temporary_failures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_cloudwatch import CloudWatchClient

MINUTE_MS = 60_000
WINDOW_MS = 180 * MINUTE_MS
"""How far back the metrics are read."""
BEHIND_MS = MINUTE_MS
"""An age up to this is ordinary: a batch's window and its processing."""
QUEUE_ACTIVE_MS = 15 * MINUTE_MS
"""SQS reports every few minutes on a queue that holds messages."""


class StreamSource(NamedTuple):
    """A stream and the function that processes it."""

    stream: str
    function: str


Points = dict[int, float]
"""Values by the start of their minute, in UTC milliseconds."""


class Progress:
    """The progress through a stream and the queues before it."""

    def __init__(
        self, client: CloudWatchClient, stream: StreamSource | None, queues: Sequence[str], *, fresh_ms: int
    ) -> None:
        """:param fresh_ms: how old the newest sign of a healthy processor may be."""
        self._client = client
        self._stream = stream
        self._queues = queues
        self._fresh_ms = fresh_ms

    def processed_until(self, now_ms: int) -> int | None:
        """In UTC milliseconds; None if the pipeline is further behind than the metrics reach.

        Raises `TemporaryFailureError` if the metrics cannot be read now.
        """
        found = self._read(now_ms)
        moments: list[int | None] = [_of_queue(found[f"queue{index}"], now_ms) for index in range(len(self._queues))]
        if self._stream:
            moments.append(self._of_stream(found["age"], found["incoming"], now_ms))
        known = [moment for moment in moments if moment is not None]
        return min([now_ms, *known]) if len(known) == len(moments) else None

    def _of_stream(self, ages: Points, incoming: Points, now_ms: int) -> int | None:
        """The age is only reported while the function runs, so its absence means nothing unless records came in."""
        if not ages:
            return None if any(incoming.values()) else now_ms
        last = max(ages)
        behind = ages[last] > BEHIND_MS
        waiting = any(count and minute > last for minute, count in incoming.items())
        if behind or (waiting and now_ms - last > self._fresh_ms + MINUTE_MS):
            return last - round(ages[last])
        return now_ms

    def _read(self, now_ms: int) -> dict[str, Points]:
        wanted = self._wanted()
        found: dict[str, Points] = {query["Id"]: {} for query in wanted}
        if not wanted:
            return found
        end = datetime.fromtimestamp(now_ms / 1000, UTC)
        request: dict[str, Any] = {
            "MetricDataQueries": wanted,
            "StartTime": end - timedelta(milliseconds=WINDOW_MS),
            "EndTime": end,
        }
        while True:
            with temporary_failures():
                page = self._client.get_metric_data(**request)
            for result in page["MetricDataResults"]:
                times = (round(at.timestamp() * 1000) for at in result["Timestamps"])
                found[result["Id"]].update(zip(times, result["Values"], strict=True))
            if not page.get("NextToken"):
                return found
            request["NextToken"] = page["NextToken"]

    def _wanted(self) -> list[dict[str, Any]]:
        wanted = [
            _query(f"queue{index}", "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", QueueName=queue)
            for index, queue in enumerate(self._queues)
        ]
        if self._stream:
            wanted.append(_query("age", "AWS/Lambda", "IteratorAge", "Maximum", FunctionName=self._stream.function))
            wanted.append(_query("incoming", "AWS/Kinesis", "IncomingRecords", "Sum", StreamName=self._stream.stream))
        return wanted


def _of_queue(ages_s: Points, now_ms: int) -> int:
    """A queue without a recent age holds no message."""
    last = max(ages_s, default=0)
    age_ms = round(ages_s.get(last, 0) * 1000)
    if age_ms <= BEHIND_MS or now_ms - last > QUEUE_ACTIVE_MS:
        return now_ms
    return last - age_ms


def _query(id_: str, namespace: str, name: str, statistic: str, **dimensions: str) -> dict[str, Any]:
    return {
        "Id": id_,
        "MetricStat": {
            "Metric": {
                "Namespace": namespace,
                "MetricName": name,
                "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
            },
            "Period": 60,
            "Stat": statistic,
        },
    }
