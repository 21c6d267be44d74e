"""The processor: from the stream into every store that the deployment has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.processor.settings import ProcessorSettings
from lib.building.event_source import StreamEventSource
from lib.building.function import Function, FunctionOptions

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.building.iam import Role
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.observe.topic import Topic
    from lib.security.key import Key
    from lib.security.signing_secret import SigningSecret
    from lib.store.alert_table import AlertTable
    from lib.store.bucket import Bucket
    from lib.store.timeseries import TimeSeries


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Where a reading can end; None for what the deployment does not have."""

    quarantine: Bucket
    on_failure: Bucket
    processed: Bucket | None
    series: TimeSeries | None


@dataclass(frozen=True, kw_only=True)
class Alerting:
    """What an alert needs: the memory that makes it come once, the way out, and the key that signs it."""

    table: AlertTable
    topic: Topic
    secret: SigningSecret


class Processor(Construct):
    """Validates, judges and stores readings, with exactly the rights that its stores need."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        layer: DependencyLayer,
        stream: Stream,
        stores: Stores,
        alerting: Alerting,
    ) -> None:
        super().__init__(scope, id_)
        settings = context.config.processor
        options = FunctionOptions(
            package="processor",
            description="Validates, judges and stores readings",
            settings=_settings(context, stores, alerting),
            memory_mb=settings.memory_mb,
            timeout_seconds=settings.timeout_seconds,
            reserved_concurrency=settings.reserved_concurrency,
        )
        self.function = Function(self, "processor", context=context, key=key, layer=layer, options=options)
        _grant(self.function.role, stores, alerting)
        self.mapping = StreamEventSource(
            self,
            "event-source",
            context=context,
            stream=stream,
            function=self.function,
            on_failure=stores.on_failure,
        )


def _grant(role: Role, stores: Stores, alerting: Alerting) -> None:
    stores.quarantine.grant_write(role, prefix="quarantine/")
    if stores.processed:
        stores.processed.grant_write(role, prefix="processed/")
    if stores.series:
        stores.series.grant_write(role)
    alerting.table.grant_update(role)
    alerting.topic.grant_publish(role)
    alerting.secret.grant_read(role)


def _settings(context: Context, stores: Stores, alerting: Alerting) -> ProcessorSettings:
    config = context.config
    return ProcessorSettings(
        environment_suffix=context.suffix,
        quarantine_bucket=stores.quarantine.name,
        processed_bucket=stores.processed.name if stores.processed else "",
        timestream_database=stores.series.database if stores.series else "",
        timestream_table=stores.series.table if stores.series else "",
        alerts_table=alerting.table.name,
        alerts_topic_arn=alerting.topic.arn,
        alert_signing_secret_arn=alerting.secret.arn,
        alert_quiet_seconds=config.alerts.quiet_seconds,
        thresholds=config.thresholds,
        metrics_namespace=config.metrics_namespace,
    )
