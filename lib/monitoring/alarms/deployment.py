"""The alarms of a deployment, collected from its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.monitoring.alarms.api import api_alarms
from lib.monitoring.alarms.archive import firehose_alarms, lake_alarms
from lib.monitoring.alarms.devices import device_alarms
from lib.monitoring.alarms.functions import function_alarms
from lib.monitoring.alarms.processing import config_alarms, processing_alarms
from lib.monitoring.alarms.queue import transport_queue_alarms, undelivered_alarm
from lib.monitoring.alarms.stores import table_alarms, timeseries_alarms
from lib.monitoring.alarms.stream import delivery_alarms, stream_alarms
from lib.monitoring.parts import functions, tables, undelivered
from lib.processing.event_source import StreamEventSource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.monitoring.alarms.alarm import Alarm
    from lib.tap_stack import TapStack


def of_stack(stack: TapStack) -> Iterator[Alarm]:
    """Yield the alarms of every part that the deployment has."""
    context, config = stack.context, stack.context.config
    yield from _ways_in(stack)
    for name, function in functions(stack).items():
        yield from function_alarms(name, function, config)
    yield from processing_alarms(context)
    if stack.parameter:
        yield from config_alarms(context, functions(stack))
    for topic, messages in undelivered(stack).items():
        yield undelivered_alarm(topic, messages)
    for name, table in tables(stack).items():
        yield from table_alarms(name, table)
    if stack.archive:
        yield from firehose_alarms("archive", stack.archive, config)
    if stack.lake:
        yield from lake_alarms(stack.lake, context)
    if stack.stores.series:
        yield from timeseries_alarms(stack.stores.series)


def _ways_in(stack: TapStack) -> Iterator[Alarm]:
    config, processor = stack.context.config, stack.processor
    if stack.transport.stream:
        yield from stream_alarms(stack.transport.stream, config)
    if stack.transport.queue:
        yield from transport_queue_alarms(stack.transport.queue, config)
    if isinstance(processor.mapping, StreamEventSource):
        yield from delivery_alarms(processor.mapping, processor.function)
    if stack.api:
        yield from api_alarms(stack.api, stack.context)
    if stack.connectivity:
        yield from device_alarms(stack.connectivity, stack.context)
