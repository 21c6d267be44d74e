"""The lake: every reading as Parquet, and SQL over everything that is archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from constructs import Construct

from lambda_src.archive_transform.settings import ArchiveTransformSettings
from lib.archive import blocks
from lib.archive.athena import Athena
from lib.archive.catalog import READINGS_PREFIX, Catalog
from lib.archive.crawler import Crawler
from lib.archive.delivery import HOURLY, DeliveryOptions, FirehoseDelivery, Parquet
from lib.building.function import Function, FunctionOptions
from lib.building.iam import Role, caller_trust
from lib.monitoring.alarms.archive import lake_alarms
from lib.monitoring.dashboard.stores import lake_row
from lib.part import PartDescription
from lib.store.archive_bucket import ArchiveBucket
from lib.usage import Amount

if TYPE_CHECKING:
    from lib.building.function import DependencyLayer
    from lib.context import Context
    from lib.ingest.stream import Stream
    from lib.ingest.transport import Transport
    from lib.security.key import Key
    from lib.store.stores import Stores
    from lib.usage import Traffic

BY_SENSOR_TYPE = "sensor=!{partitionKeyFromLambda:sensor_type}/"
"""Below the hour, so that neither Athena nor a replay has to know whether these folders exist."""
TRANSFORM_SECONDS = 120
"""Firehose needs at least a minute; the largest buffer takes about a second."""
TRANSFORM_MB = 512
READING_MS = 0.1
INVOCATION_MS = 20.0
METRICS = 2
"""For `ops cost`: the duration of one reading, of an invocation besides, and the metrics that it publishes."""


class Lake(Construct):
    """A second delivery of the stream, its catalog, and a role for analysts."""

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
    ) -> None:
        super().__init__(scope, id_)
        self._stream, self._context = stream, context
        settings = context.config.lake
        self.bucket = ArchiveBucket(self, "lake", context=context, key=key, settings=settings)
        self.catalog = Catalog(self, "catalog", context=context, lake=self.bucket, stores=stores)
        self.transform = self._transform(context, key, layer)
        self.delivery = FirehoseDelivery(
            self,
            "delivery",
            context=context,
            key=key,
            stream=stream,
            bucket=self.bucket,
            options=self._options(context),
        )
        self.athena = Athena(self, "athena", context=context, key=key, catalog=self.catalog)
        self.analyst = self._analyst(context)
        self.crawler = (
            Crawler(self, "crawler", context=context, key=key, catalog=self.catalog, cron=settings.crawler_cron)
            if settings.crawler_cron
            else None
        )

    def describe(self) -> PartDescription:
        return PartDescription(
            functions={"archive-transform": self.transform},
            alarms=list(lake_alarms(self.delivery, self._stream, self._context)),
            rows=[lake_row(self.delivery, self._context.config)],
            outputs=self._outputs(),
            uses=[self.delivery.use(), self.transform.use(_transformations), *self.athena.uses()],
        )

    def _outputs(self) -> dict[str, str]:
        values = {
            "lake_bucket": self.bucket.name,
            "lake_firehose_name": self.delivery.name,
            "archive_transform_function": self.transform.name,
            "glue_database": self.catalog.database,
            "athena_workgroup": self.athena.workgroup,
            "athena_results_bucket": self.athena.results.name,
            "analyst_role_arn": self.analyst.arn,
        }
        if self.crawler:
            values["glue_crawler_name"] = self.crawler.name
        return values

    def _transform(self, context: Context, key: Key, layer: DependencyLayer) -> Function:
        options = FunctionOptions(
            package="archive_transform",
            description="Converts the stream's records into readings for the lake",
            settings=ArchiveTransformSettings(
                environment_suffix=context.suffix,
                metrics_namespace=context.config.metrics_namespace,
                partition_by_sensor_type=context.config.lake.partition_by_sensor_type,
            ),
            memory_mb=TRANSFORM_MB,
            timeout_seconds=TRANSFORM_SECONDS,
        )
        return Function(self, "archive-transform", context=context, key=key, layer=layer, options=options)

    def _options(self, context: Context) -> DeliveryOptions:
        settings = context.config.lake
        by_sensor_type = settings.partition_by_sensor_type
        return DeliveryOptions(
            name="lake",
            description="Delivers the stream's readings to the lake",
            prefix=f"{READINGS_PREFIX}{HOURLY}{BY_SENSOR_TYPE if by_sensor_type else ''}",
            buffer_mib=settings.buffer_mib,
            buffer_seconds=settings.buffer_seconds,
            parquet=Parquet(transform=self.transform, table=self.catalog.readings, by_sensor_type=by_sensor_type),
        )

    def _analyst(self, context: Context) -> Role:
        role = Role(
            self,
            "analyst",
            context=context,
            name="analyst",
            description="Queries in the lake's workgroup and reads its tables",
            trust=caller_trust(context, context.config.lake.analysts),
        )
        self.athena.grant_query(role)
        return role


def _transformations(traffic: Traffic) -> Amount:
    """One invocation per filled buffer of Firehose, at most one per message."""
    calls = min(traffic.messages, traffic.readings * traffic.reading_bytes / (float(blocks.TRANSFORM_MB) * 1_048_576))
    each = traffic.readings / calls if calls else 0.0
    return Amount(per_second=calls, milliseconds=INVOCATION_MS + each * READING_MS, metrics=METRICS)


def build_lake(
    scope: Construct, *, context: Context, key: Key, layer: DependencyLayer, transport: Transport, stores: Stores
) -> Lake | None:
    """Build the lake. Returns None if the settings do not enable it or there is no stream."""
    if not (transport.stream and context.config.lake.enabled):
        return None
    return Lake(scope, "lake", context=context, key=key, layer=layer, stream=transport.stream, stores=stores)
