"""The entry of the processor: an event from the stream or the queue in, a partial batch response out."""

from __future__ import annotations

import gc
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, cast

from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.deployment import deployed
from lambda_src.common.runtime_config import ConfigSource
from lambda_src.common.telemetry import Counters, logger
from lambda_src.processor import kinesis, sqs
from lambda_src.processor.pipeline import process
from lambda_src.processor.settings import ProcessorSettings
from lambda_src.processor.wiring import Judges, parts_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.common.transport.batch import BatchResponse
    from lambda_src.common.transport.sqs import SqsEvent
    from lambda_src.processor.pipeline import BatchReport, PipelineParts
    from lambda_src.processor.record import DeliveredRecord

    Event = kinesis.KinesisEvent | SqsEvent

SERVICE = "processor"
ANSWER_SECONDS = 2.0
"""Reserved for metrics, log and response."""


class WiredProcessor(NamedTuple):
    """The deployment's parts; before each batch ``judges`` says which judge counts."""

    parts: PipelineParts
    judges: Judges
    counters: Counters


def handle(event: Event, context: LambdaContext) -> BatchResponse:
    """Process one batch of a Kinesis or SQS event source mapping with partial batch responses.

    Raises what only a deployment fixes (permission, missing table, invalid settings). The mapping then redelivers the
    batch; a batch that exhausts its retries goes to the on-failure destination or the dead-letter queue.
    """
    records, ordered = read_records(event)
    wired = wire(ordered=ordered)
    parts = wired.parts._replace(judge=wired.judges.current())
    deadline = Deadline(context.get_remaining_time_in_millis, reserve_seconds=ANSWER_SECONDS)
    report = process(records, parts, deadline)
    wired.counters.emit(report.counts)
    _log(records, report, context.aws_request_id)
    return kinesis.respond(records, report.checkpoint) if ordered else sqs.answer(records, report.again)


def read_records(event: Event) -> tuple[list[DeliveredRecord], bool]:
    """Return the records of an event, and whether their transport keeps an order."""
    if sqs.is_event(event):
        return sqs.read_records(event), False
    return kinesis.read_records(cast("kinesis.KinesisEvent", event)), True


@cache
def wire(*, ordered: bool) -> WiredProcessor:
    """Create the parts of the deployment, once per container. A deployment has one transport."""
    settings = ProcessorSettings.from_env()
    counters = Counters(
        namespace=settings.metrics_namespace,
        service=SERVICE,
        environment=settings.environment_suffix,
        aliases=settings.metric_aliases,
        region=settings.metric_region,
    )
    config = ConfigSource(settings.config_parameter, service=SERVICE, counters=counters)
    wired = WiredProcessor(parts_of(settings, ordered=ordered), Judges(deployed().thresholds, config), counters)
    # All that was imported and made by now stays: the collector need not walk through it again with every batch.
    gc.freeze()
    return wired


def _log(records: Sequence[DeliveredRecord], report: BatchReport, request_id: str) -> None:
    summary = {"request_id": request_id, "records": len(records), **report.counts}
    if report.again:
        summary["first_failed"] = records[report.checkpoint].sequence_number
        logger(SERVICE).warning("batch partly done", extra=summary | {"delayed_by": report.delayed_by})
    else:
        logger(SERVICE).info("batch done", extra=summary)
    if report.counts["UnsignedAlerts"]:
        logger(SERVICE).error("alerts were published unsigned; the signing secret has no valid key")
