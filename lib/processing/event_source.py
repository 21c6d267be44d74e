"""Event source mappings: a stream or a queue feeds a function, and records that keep failing are given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.lambda_event_source_mapping import (
    LambdaEventSourceMapping,
    LambdaEventSourceMappingDestinationConfig,
    LambdaEventSourceMappingDestinationConfigOnFailure,
    LambdaEventSourceMappingMetricsConfig,
    LambdaEventSourceMappingScalingConfig,
)
from constructs import Construct

from lib.building.metric import Metric
from lib.config import batch_size, shard_count
from lib.monitoring.alarms.stream import delivery_alarms, reader_alarms
from lib.monitoring.dashboard.failures import failures_row
from lib.monitoring.dashboard.flow import stream_readers_row
from lib.monitoring.dashboard.widgets import GraphLine, Number
from lib.part import Need, PartDescription

if TYPE_CHECKING:
    from lib.building.function import Function
    from lib.context import Context
    from lib.ingest.queue import Queue
    from lib.ingest.stream import Stream
    from lib.store.bucket import Bucket


class StreamEventSource(Construct):
    """Feeds the stream to the function in batches.

    A partial failure retries from the record that failed; a batch that fails as a whole is halved. Records that fail
    all their retries go with their data to the on-failure bucket, so that one bad record never blocks its shard.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        stream: Stream,
        function: Function,
        on_failure: Bucket,
    ) -> None:
        super().__init__(scope, id_)
        self._stream, self._function, self._config = stream, function, context.config
        stream.grant_read(function.role)
        on_failure.grant_deliver(function.role)
        settings = context.config.processor
        failure = LambdaEventSourceMappingDestinationConfigOnFailure(destination_arn=on_failure.arn)
        mapping = LambdaEventSourceMapping(
            self,
            "mapping",
            event_source_arn=stream.arn,
            function_name=function.arn,
            starting_position="TRIM_HORIZON",
            batch_size=batch_size(context.config),
            maximum_batching_window_in_seconds=settings.window_seconds,
            parallelization_factor=settings.parallelization,
            function_response_types=["ReportBatchItemFailures"],
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=settings.retries,
            maximum_record_age_in_seconds=settings.record_age_seconds or -1,
            destination_config=LambdaEventSourceMappingDestinationConfig(on_failure=failure),
            metrics_config=LambdaEventSourceMappingMetricsConfig(metrics=["EventCount"]),
        )
        self.uuid = mapping.uuid

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/Lambda", name, {"EventSourceMappingUUID": self.uuid}, statistic)

    def describe(self) -> PartDescription:
        """What the mapping reads and gives up; the part that made the function describes the function."""
        given_up = self.metric("OnFailureDestinationDeliveredEventCount")
        executions = self._function.unreserved(shard_count(self._config) * self._config.processor.parallelization)
        return PartDescription(
            alarms=[
                *reader_alarms(self._stream, self._function, self._config),
                *delivery_alarms(self, self._function),
            ],
            rows=[
                stream_readers_row(self._stream, self),
                failures_row(GraphLine("records sent to the on-failure bucket", given_up)),
            ],
            numbers=[Number("Sent to on-failure", (GraphLine("records", given_up),), summed=True)],
            needs=[Need("lambda-concurrency", executions)] if executions else [],
        )


class QueueEventSource(Construct):
    """Feeds a queue to the function. Messages that it reports as failed are redelivered, and finally dead-lettered.

    :param window_seconds: how long a batch is collected; a batch of more than ten messages needs a window.
    :param concurrency: the most concurrent invocations, so that a flood leaves capacity for other functions.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        queue: Queue,
        function: Function,
        batch_size: int,
        window_seconds: int,
        concurrency: int | None,
    ) -> None:
        super().__init__(scope, id_)
        self._executions = function.unreserved(concurrency or 0)
        queue.grant_consume(function.role)
        mapping = LambdaEventSourceMapping(
            self,
            "mapping",
            event_source_arn=queue.arn,
            function_name=function.arn,
            batch_size=batch_size,
            maximum_batching_window_in_seconds=window_seconds or None,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config=LambdaEventSourceMappingScalingConfig(maximum_concurrency=concurrency)
            if concurrency
            else None,
        )
        self.uuid = mapping.uuid

    def describe(self) -> PartDescription:
        """The concurrency that the settings reserve; the part that made the queue describes the queue."""
        return PartDescription(needs=[Need("lambda-concurrency", self._executions)] if self._executions else [])
