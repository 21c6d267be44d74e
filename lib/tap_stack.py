"""The stack: which parts a deployment has, and how they connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformStack

from lib.archive.firehose import Archive
from lib.building.function import DependencyLayer
from lib.config import load_environment
from lib.foundation import Foundation, StateBackend
from lib.ingest.producer import Producer
from lib.ingest.stream import Stream
from lib.observe import rows, watch
from lib.observe.alarm import Alarm, Alarms
from lib.observe.dashboard import Dashboard
from lib.observe.topic import Topic
from lib.outputs import add_outputs
from lib.processing.processor import Alerting, Processor, Stores
from lib.security.key import Key
from lib.security.signing_secret import SigningSecret
from lib.store.alert_table import AlertTable
from lib.store.bucket import Bucket
from lib.store.timeseries import TimeSeries

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from constructs import Construct

    from lib.config import Config


class TapStack(TerraformStack):
    """One deployment of the pipeline.

    :param environment_suffix: part of every name; 1 to 20 of ``a-z``, ``0-9`` and ``-``.
    :param aws_region: where it stands; left out, the region of the settings.
    :param state_bucket: S3 bucket of the Terraform state; left out, ``iac-states``.
    :param state_bucket_region: that bucket's region; left out, the deployment's.
    :param default_tags: tags of every resource; those of the settings win.
    :param config: the settings; left out, those of the environment that the suffix names.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment_suffix: str = "dev",
        aws_region: str | None = None,
        state_bucket: str | None = None,
        state_bucket_region: str | None = None,
        default_tags: Mapping[str, str] | None = None,
        config: Config | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        config = config or load_environment(environment_suffix)
        self.context = Foundation(
            self, suffix=environment_suffix, region=aws_region, tags=default_tags or {}, config=config
        ).context
        StateBackend(bucket=state_bucket, region=state_bucket_region).add_to(self, self.context)
        self.key = Key(self, "key", context=self.context)
        self.layer = DependencyLayer(self, "dependencies", context=self.context)
        self.stores = self._stores()
        self.alerting = self._alerting()
        self.stream = Stream(self, "stream", context=self.context, key=self.key)
        self.producer = Producer(self, "producer", context=self.context, stream=self.stream)
        self.processor = Processor(
            self,
            "processing",
            context=self.context,
            key=self.key,
            layer=self.layer,
            stream=self.stream,
            stores=self.stores,
            alerting=self.alerting,
        )
        self.archive = self._archive()
        self._observe()
        add_outputs(self)

    def _stores(self) -> Stores:
        context, key, config = self.context, self.key, self.context.config
        quarantine = Bucket(self, "quarantine", context=context, key=key, lifecycle=config.quarantine)
        on_failure = Bucket(self, "on-failure", context=context, key=key, lifecycle=config.quarantine)
        processed = series = None
        if config.processed.enabled:
            processed = Bucket(self, "processed", context=context, key=key, lifecycle=config.processed)
        if config.timestream.enabled:
            series = TimeSeries(self, "timeseries", context=context, key=key, quarantine=quarantine)
        return Stores(quarantine=quarantine, on_failure=on_failure, processed=processed, series=series)

    def _alerting(self) -> Alerting:
        context, key = self.context, self.key
        emails = context.config.alerts.emails
        return Alerting(
            table=AlertTable(self, "alert-table", context=context, key=key),
            topic=Topic(self, "alerts", context=context, key=key, emails=emails),
            secret=SigningSecret(self, "alert-signing", context=context, key=key, layer=self.layer),
        )

    def _archive(self) -> Archive | None:
        if not self.context.config.archive.enabled:
            return None
        raw = Bucket(self, "raw", context=self.context, key=self.key, lifecycle=self.context.config.raw)
        return Archive(self, "archive", context=self.context, key=self.key, stream=self.stream, bucket=raw)

    def _observe(self) -> None:
        context = self.context
        emails = context.config.alarms.emails
        self.alarm_topic = Topic(self, "alarms", context=context, key=self.key, emails=emails, from_alarms=True)
        alarms = Alarms(self, "watch", context=context, topic=self.alarm_topic, alarms=self._alarms())
        parts = [
            rows.readings_row(context),
            rows.stream_row(self.stream),
            rows.function_row("Processor", self.processor.function, self.processor.mapping),
            rows.function_row("Secret rotation", self.alerting.secret.rotation),
        ]
        if self.archive:
            parts.append(rows.archive_row(self.archive))
        self.dashboard = Dashboard(self, "dashboard", context=context, alarm_arns=alarms.arns, rows=parts)

    def _alarms(self) -> Iterator[Alarm]:
        config, processor = self.context.config, self.processor
        yield from watch.stream_alarms(self.stream, config)
        yield from watch.function_alarms("processor", processor.function, config)
        yield from watch.function_alarms("secret-rotation", self.alerting.secret.rotation, config)
        yield from watch.delivery_alarms(processor.mapping, processor.function)
        yield from watch.processing_alarms(self.context)
        if self.archive:
            yield from watch.archive_alarms(self.archive, config)
        if self.stores.series:
            yield from watch.timeseries_alarms(self.stores.series)
