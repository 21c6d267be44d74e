"""Presence: finds devices that have gone silent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from constructs import Construct

from lambda_src.presence.settings import PresenceSettings
from lib.building.function import Function, FunctionOptions
from lib.building.iam import Statement
from lib.monitoring.alarms.devices import presence_alarm
from lib.part import PartDescription
from lib.usage import Amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.ingest.queue import Queue
    from lib.ingest.stream import Stream
    from lib.notifications.alerting import Alerting
    from lib.security.key import Key
    from lib.store.table import Table

MEMORY_MB = 256
TIMEOUT_SECONDS = 50
"""Shorter than the schedule's minute, so that two runs seldom overlap; if they do, writes are conditional."""
RUN_MS = 300.0
METRICS = 2
"""For `ops cost`: the duration of a run while few devices are silent, and the metrics that it publishes."""


class Presence(Construct):
    """Looks every minute for devices whose messages have stopped arriving; alerts once for each.

    :param queues: the queues that devices' messages pass before the stream.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        devices: Table,
        stream: Stream,
        processor: Function,
        queues: Sequence[Queue],
        alerting: Alerting,
    ) -> None:
        super().__init__(scope, id_)
        options = FunctionOptions(
            package="presence",
            description="Finds devices that have gone silent",
            settings=_settings(context, devices, stream, processor, queues, alerting),
            memory_mb=MEMORY_MB,
            timeout_seconds=TIMEOUT_SECONDS,
        )
        self.function = Function(self, "presence", context=context, key=key, layer=layer, options=options)
        devices.grant(self.function.role, "UpdateItem")
        devices.grant_query_index(self.function.role)
        metrics = Statement(
            actions=("cloudwatch:GetMetricData",),
            resources=("*",),
            star_reason="CloudWatch has no permissions for single metrics",
        )
        self.function.role.allow("read-metrics", metrics)
        alerting.topic.grant_publish(self.function.role)
        alerting.secret.grant_read(self.function.role)
        self._every_minute(context)
        self._context = context

    def describe(self) -> PartDescription:
        return PartDescription(
            functions={"presence": self.function},
            alarms=[presence_alarm(self._context)],
            outputs={"presence_function": self.function.name},
            uses=[self.function.use(lambda _: Amount(per_second=1 / 60, milliseconds=RUN_MS, metrics=METRICS))],
        )

    def _every_minute(self, context: Context) -> None:
        rule = CloudwatchEventRule(
            self,
            "schedule",
            name=context.naming.name("presence"),
            description="Looks for silent devices",
            schedule_expression="rate(1 minute)",
        )
        CloudwatchEventTarget(self, "target", rule=rule.name, arn=self.function.arn)
        self.function.allow_invocation(
            "permission", statement_id="Schedule", service="events.amazonaws.com", source_arn=rule.arn
        )


def _settings(
    context: Context,
    devices: Table,
    stream: Stream,
    processor: Function,
    queues: Sequence[Queue],
    alerting: Alerting,
) -> PresenceSettings:
    config = context.config
    return PresenceSettings(
        environment_suffix=context.suffix,
        devices_table=devices.name,
        alerts_topic_arn=alerting.topic.arn,
        alert_signing_secret_arn=alerting.secret.arn,
        alert_severity_words=config.alerts.severity_words,
        silent_intervals=config.devices.silent_intervals,
        minimum_silence_seconds=config.devices.minimum_silence_seconds,
        settle_seconds=config.processor.window_seconds + config.tables.state_seconds,
        stream_name=stream.name,
        processor_function=processor.name,
        queue_names=tuple(queue.name for queue in queues),
        metrics_namespace=config.metrics_namespace,
    )
