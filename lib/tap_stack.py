"""The stack: which parts a deployment has, and how they connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformStack

from lib.archive.firehose import Archive
from lib.building.function import DependencyLayer
from lib.config import load_environment
from lib.devices.connectivity import Connectivity
from lib.foundation import Foundation, StateBackend
from lib.ingest.producer import Producer
from lib.ingest.stream import Stream
from lib.observe import rows, watch
from lib.observe.alarm import Alarms
from lib.observe.alerting import build_alerting
from lib.observe.dashboard import Dashboard
from lib.observe.topic import Topic
from lib.outputs import add_outputs
from lib.processing.processor import Processor
from lib.security.key import Key
from lib.store.stores import build_stores

if TYPE_CHECKING:
    from collections.abc import Mapping

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
        context = self.context
        self.key = key = Key(self, "key", context=context)
        self.layer = layer = DependencyLayer(self, "dependencies", context=context)
        self.stores = build_stores(self, context=context, key=key)
        self.alerting = build_alerting(self, context=context, key=key, layer=layer)
        self.stream = Stream(self, "stream", context=context, key=key)
        self.producer = Producer(self, "producer", context=context, stream=self.stream)
        self.processor = Processor(
            self,
            "processing",
            context=context,
            key=key,
            layer=layer,
            stream=self.stream,
            stores=self.stores,
            alerting=self.alerting,
        )
        self.archive = self._archive()
        self.connectivity = self._connectivity()
        self._observe()
        add_outputs(self)

    def _archive(self) -> Archive | None:
        if not self.stores.raw:
            return None
        return Archive(self, "archive", context=self.context, key=self.key, stream=self.stream, bucket=self.stores.raw)

    def _connectivity(self) -> Connectivity | None:
        if not (self.context.config.devices.enabled and self.stores.devices):
            return None
        return Connectivity(
            self,
            "connectivity",
            context=self.context,
            key=self.key,
            layer=self.layer,
            stream=self.stream,
            on_failure=self.stores.on_failure,
            devices=self.stores.devices,
            alerting=self.alerting,
        )

    def _observe(self) -> None:
        context = self.context
        emails = context.config.alarms.emails
        self.alarm_topic = Topic(self, "alarms", context=context, key=self.key, emails=emails, from_alarms=True)
        alarms = Alarms(self, "watch", context=context, topic=self.alarm_topic, alarms=watch.of_stack(self))
        self.dashboard = Dashboard(
            self, "dashboard", context=context, alarm_arns=alarms.arns, rows=list(rows.of_stack(self))
        )
