"""Stream or queue to Lambda, with an end for what keeps failing."""

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
from lib.config import batch_size

if TYPE_CHECKING:
    from lib.building.function import Function
    from lib.context import Context
    from lib.ingest.queue import Queue
    from lib.ingest.stream import Stream
    from lib.store.bucket import Bucket


class StreamEventSource(Construct):
    """Feeds the stream to the function in batches.

    A partial answer retries from the record that failed; a batch that fails whole is halved; what has failed its
    retries goes with its data to the on-failure bucket, so that one bad record never holds up its shard for good.
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


class QueueEventSource(Construct):
    """Feeds a queue to the function; messages that it reports come again, and after their tries go to the dead letters.

    :param window_seconds: how long a batch may be collected; a batch above ten messages needs one.
    :param concurrency: the most invocations at once, so that a flood leaves room for other functions.
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
