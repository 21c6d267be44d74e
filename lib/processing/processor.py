"""The processor: moves readings from the transport into every store that the deployment has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.processor.settings import COUNTS, ProcessorSettings
from lib.building.custom_metrics import processor_metric
from lib.building.function import Function, FunctionOptions
from lib.config import queue_concurrency
from lib.monitoring.alarms.processing import config_alarm, processing_alarms
from lib.monitoring.dashboard.failures import failures_row
from lib.monitoring.dashboard.flow import readings_row
from lib.monitoring.dashboard.widgets import GraphLine
from lib.part import PartDescription, combined
from lib.processing.event_source import QueueEventSource, StreamEventSource
from lib.usage import Amount

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.building.iam import Role
    from lib.context import Context
    from lib.ingest.transport import Transport
    from lib.notifications.alerting import Alerting
    from lib.processing.config_parameter import ConfigParameter
    from lib.security.key import Key
    from lib.store.stores import Stores
    from lib.usage import Traffic

BATCH_MS = 50.0
READING_MS_AT_512_MB = 0.45
"""Durations for `ops cost`: of a batch, and of each of its readings with all its stores on the CPU share of 512 MB."""
FULL_CPU_MB = 1_769
"""Memory at which a function has one whole CPU (Lambda guide); a thread gains nothing from more."""


class Processor(Construct):
    """Validates, evaluates and stores readings, with exactly the permissions that its stores need."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        transport: Transport,
        stores: Stores,
        alerting: Alerting,
        parameter: ConfigParameter | None,
    ) -> None:
        super().__init__(scope, id_)
        settings = context.config.processor
        options = FunctionOptions(
            package="processor",
            description="Validates, evaluates and stores readings",
            settings=_settings(context, stores, alerting, parameter),
            memory_mb=settings.memory_mb,
            timeout_seconds=settings.timeout_seconds,
            reserved_concurrency=settings.reserved_concurrency,
        )
        self.function = Function(self, "processor", context=context, key=key, layer=layer, options=options)
        _grant(self.function.role, stores, alerting)
        if parameter:
            parameter.grant_read(self.function.role)
        self.mapping = self._feed(context, transport, stores)
        self._context, self._has_parameter = context, parameter is not None

    def describe(self) -> PartDescription:
        context = self._context
        quarantined = GraphLine("quarantined readings", processor_metric(context, "ReadingsQuarantined"))
        own = PartDescription(
            functions={"processor": self.function},
            uses=[self.function.use(self._invocations)],
            alarms=[
                *processing_alarms(context),
                *([config_alarm("processor", context)] if self._has_parameter else []),
            ],
            rows=[readings_row(context), failures_row(quarantined)],
            outputs={"processor_function": self.function.name, "processor_mapping_id": self.mapping.uuid},
        )
        return combined((own, self.mapping.describe()))

    def _invocations(self, traffic: Traffic) -> Amount:
        memory = self._context.config.processor.memory_mb
        milliseconds = BATCH_MS + traffic.readings_per_batch * READING_MS_AT_512_MB * 512 / min(memory, FULL_CPU_MB)
        return Amount(per_second=traffic.batches, milliseconds=milliseconds, metrics=len(COUNTS))

    def _feed(self, context: Context, transport: Transport, stores: Stores) -> StreamEventSource | QueueEventSource:
        if transport.queue:
            settings = context.config.queue
            return QueueEventSource(
                self,
                "event-source",
                queue=transport.queue,
                function=self.function,
                batch_size=settings.batch_size,
                window_seconds=settings.window_seconds,
                concurrency=queue_concurrency(context.config),
            )
        if not (transport.stream and stores.on_failure):
            raise ValueError("a stream's mapping needs a stream and an on-failure bucket")
        return StreamEventSource(
            self,
            "event-source",
            context=context,
            stream=transport.stream,
            function=self.function,
            on_failure=stores.on_failure,
        )


def _grant(role: Role, stores: Stores, alerting: Alerting) -> None:
    stores.quarantine.grant_write(role, prefix="quarantine/")
    stores.grant_write(role, ProcessorSettings)
    alerting.table.grant(role, "BatchGetItem", "PartiQLInsert", "PartiQLUpdate")
    alerting.table.grant_query_index(role)
    alerting.topic.grant_publish(role)
    alerting.secret.grant_read(role)


def _settings(
    context: Context, stores: Stores, alerting: Alerting, parameter: ConfigParameter | None
) -> ProcessorSettings:
    config = context.config
    return ProcessorSettings(
        environment_suffix=context.suffix,
        quarantine_bucket=stores.quarantine.name,
        **stores.settings_of(ProcessorSettings),
        alerts_table=alerting.table.name,
        alerts_topic_arn=alerting.topic.arn,
        alert_signing_secret_arn=alerting.secret.arn,
        alert_quiet_seconds=config.alerts.quiet_seconds,
        alert_severity_words=config.alerts.severity_words,
        config_parameter=parameter.name if parameter else "",
        metrics_namespace=config.metrics_namespace,
        metric_aliases=config.metric_aliases if config.metrics_names == "described" else {},
        metric_region=context.region if config.metric_region else "",
    )
