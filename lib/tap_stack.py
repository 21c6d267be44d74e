"""The stack: which parts a deployment has, and how they connect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformStack

from lib.api.api import build_api
from lib.archive.firehose import build_archive
from lib.archive.lake import build_lake
from lib.building.function import DependencyLayer
from lib.config import load_environment
from lib.devices.connectivity import build_connectivity
from lib.foundation import Foundation, StateBackend
from lib.ingest.producer import build_producer
from lib.ingest.transport import build_transport
from lib.monitoring.alarms import deployment as watch
from lib.monitoring.alarms.alarm import Alarms
from lib.monitoring.dashboard import deployment as rows
from lib.monitoring.dashboard import health
from lib.monitoring.dashboard.dashboard import Dashboard
from lib.notifications.alerting import build_alerting
from lib.notifications.subscriptions import of_alarms
from lib.notifications.topic import Topic
from lib.outputs import add_outputs
from lib.processing.config_parameter import build_config_parameter
from lib.processing.processor import Processor
from lib.processing.replay import build_replay
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
        self.context = context = Foundation(
            self, suffix=environment_suffix, region=aws_region, tags=default_tags or {}, config=config
        ).context
        StateBackend(bucket=state_bucket, region=state_bucket_region).add_to(self, context)
        self.key = key = Key(self, "key", context=context)
        self.layer = layer = DependencyLayer(self, "dependencies", context=context)
        self.stores = stores = build_stores(self, context=context, key=key)
        self.alerting = alerting = build_alerting(self, context=context, key=key, layer=layer)
        self.transport = transport = build_transport(self, context=context, key=key)
        self.producer = build_producer(self, context=context, transport=transport)
        self.parameter = parameter = build_config_parameter(self, context=context)
        self.processor = Processor(
            self,
            "processing",
            context=context,
            key=key,
            layer=layer,
            transport=transport,
            stores=stores,
            alerting=alerting,
            parameter=parameter,
        )
        self.archive = build_archive(self, context=context, key=key, transport=transport, stores=stores)
        self.lake = build_lake(self, context=context, key=key, layer=layer, transport=transport, stores=stores)
        self.replay = build_replay(self, context=context, key=key, layer=layer, stores=stores, parameter=parameter)
        self.api = build_api(
            self, context=context, key=key, layer=layer, transport=transport, stores=stores, parameter=parameter
        )
        self.connectivity = build_connectivity(
            self, context=context, key=key, layer=layer, transport=transport, stores=stores, alerting=alerting
        )
        self._observe()
        add_outputs(self)

    def _observe(self) -> None:
        context = self.context
        subscribers = of_alarms(context.config.alarms)
        self.alarm_topic = Topic(
            self, "alarms", context=context, key=self.key, subscriptions=subscribers, from_alarms=True
        )
        alarms = Alarms(self, "watch", context=context, topic=self.alarm_topic, alarms=watch.of_stack(self))
        self.dashboard = Dashboard(
            self,
            "dashboard",
            context=context,
            alarm_arns=alarms.arns,
            health=list(health.of_stack(self)),
            rows=list(rows.of_stack(self)),
        )
