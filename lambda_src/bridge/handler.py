"""The entry of the bridge: messages of the queue in, readings to the stream, a partial batch response out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.bridge.bridging import bridge
from lambda_src.bridge.connection_states import ConnectionStates
from lambda_src.bridge.redelivery import EarlyRedelivery
from lambda_src.bridge.settings import BridgeSettings
from lambda_src.bridge.sparkplug import SparkplugBridge
from lambda_src.bridge.sqs import read_messages
from lambda_src.common.aws import clients
from lambda_src.common.aws.deadline import Deadline
from lambda_src.common.clock import now_ms
from lambda_src.common.deployment import deployed_rules
from lambda_src.common.readings.sparkplug.host import SparkplugHost
from lambda_src.common.sparkplug.birth_table import DynamoBirthTable
from lambda_src.common.sparkplug.commands import IotCommands
from lambda_src.common.telemetry import Counters, logger
from lambda_src.common.transport.sqs import respond
from lambda_src.common.transport.stream_sink import StreamSink

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from lambda_src.common.transport.batch import BatchResponse
    from lambda_src.common.transport.sqs import SqsEvent

SERVICE = "bridge"
ANSWER_SECONDS = 2.0
"""Reserved for metrics, log and response."""


def handle(event: SqsEvent, context: LambdaContext) -> BatchResponse:
    """Bridge one batch of an SQS event source mapping with partial batch responses.

    Raises what only a deployment fixes (permission, missing stream, invalid settings). The whole batch is then
    redelivered; messages that exhaust their receives go to the dead-letter queue. So do bodies without an envelope of
    the rule.
    """
    stream, counters, sparkplug, redelivery = wire()
    messages = read_messages(event)
    deadline = Deadline(context.get_remaining_time_in_millis, reserve_seconds=ANSWER_SECONDS)
    report = bridge(messages, stream, deadline, deployed_rules(), sparkplug)
    if redelivery is not None and report.waiting:
        redelivery.shorten(report.waiting)
    counters.emit(report.counts)
    summary = {"request_id": context.aws_request_id, "messages": len(messages), **report.counts}
    if report.failed:
        extra = summary | {"failed": len(report.failed), "no_envelope": report.no_envelope}
        logger(SERVICE).warning("batch partly done", extra=extra)
    else:
        logger(SERVICE).info("batch done", extra=summary)
    return respond(report.failed)


class WiredBridge(NamedTuple):
    stream: StreamSink
    counters: Counters
    sparkplug: SparkplugBridge | None
    redelivery: EarlyRedelivery | None


@cache
def wire() -> WiredBridge:
    """Create the parts of the deployment, once per container."""
    settings = BridgeSettings.from_env()
    counters = Counters(namespace=settings.metrics_namespace, service=SERVICE, environment=settings.environment_suffix)
    stream = StreamSink(clients.kinesis(), settings.stream_name)
    if not settings.births_table:
        return WiredBridge(stream, counters, None, None)
    births = DynamoBirthTable(clients.dynamodb(), settings.births_table, now_ms=now_ms)
    host = SparkplugHost(births, IotCommands(clients.iot_data(settings.iot_endpoint)), now_ms=now_ms)
    states = ConnectionStates(clients.dynamodb(), settings.devices_table)
    sparkplug = SparkplugBridge(host, states, deployed_rules())
    return WiredBridge(stream, counters, sparkplug, EarlyRedelivery(clients.sqs(), settings.queue_url))
