"""The stack: which parts a deployment has, and how they connect.

Every part describes itself (`lib.part`); alarms, dashboard, outputs and preflight read the descriptions alone.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from cdktf import TerraformStack

from lib.api.api import build_api
from lib.archive.firehose import build_archive
from lib.archive.lake import build_lake
from lib.building.function import DependencyLayer
from lib.config import ConfigError, load_environment
from lib.devices.connectivity import build_connectivity
from lib.foundation import Foundation, StateBackend
from lib.ingest.producer import build_producer
from lib.ingest.transport import build_transport
from lib.monitoring.alarms.alarm import Alarms
from lib.monitoring.alarms.deployment import deployment_alarms
from lib.monitoring.dashboard.dashboard import Dashboard
from lib.monitoring.dashboard.deployment import deployment_rows
from lib.monitoring.dashboard.health import deployment_numbers
from lib.notifications.alarm_topic import build_alarm_topic
from lib.notifications.alerting import build_alerting
from lib.outputs import add_outputs
from lib.part import PartDescription, combined, describe_all
from lib.processing.config_parameter import build_config_parameter
from lib.processing.hourly_aggregates import build_aggregates
from lib.processing.processor import Processor
from lib.processing.replay import build_replay
from lib.security.key import Key
from lib.store.audit import build_audit
from lib.store.stores import build_stores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from lib.config import Config
    from lib.context import Context
    from lib.notifications.topic import Topic

TARGET_VERSIONS = {"terraform": ">=1.11.0", "opentofu": ">=1.11.0"}
"""For CDK Terrain, which otherwise refuses write-only arguments; CDKTF does not look at it."""


class TapStack(TerraformStack):
    """One deployment of the pipeline.

    :param environment_suffix: part of every name; 1 to 20 of ``a-z``, ``0-9`` and ``-``.
    :param aws_region: the deployment's region; by default the region of the settings.
    :param state_bucket: S3 bucket of the Terraform state. Without one the plan names no bucket, and Terraform does
        nothing before ``terraform init -backend-config=bucket=NAME``.
    :param state_bucket_region: that bucket's region; by default the deployment's.
    :param default_tags: tags of every resource, as a mapping or as ``{"tags": {…}}``; the tags of the settings win.
    :param config: the settings; by default those of the environment that the suffix names.

    Raises `ConfigError`, one line, for what cannot be deployed and for an argument that it does not know.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        environment_suffix: str = "dev",
        *,
        aws_region: str | None = None,
        state_bucket: str | None = None,
        state_bucket_region: str | None = None,
        default_tags: Mapping[str, str | Mapping[str, str]] | None = None,
        config: Config | None = None,
        **unknown: object,
    ) -> None:
        if unknown:
            raise ConfigError(f"TapStack: unknown arguments {', '.join(sorted(unknown))}; allowed are {_arguments()}")
        super().__init__(scope, construct_id)
        self.node.set_context("targetVersions", TARGET_VERSIONS)
        config = config or load_environment(environment_suffix, region=aws_region)
        context = Foundation(
            self, suffix=environment_suffix, region=aws_region, tags=default_tags or {}, config=config
        ).context
        StateBackend(bucket=state_bucket, region=state_bucket_region).add_to(self, context)
        key = Key(self, "key", context=context)
        topic = build_alarm_topic(self, context=context, key=key)
        self.parts = combined((self._build(context, key), topic.describe(), key.describe()))
        dashboard = self._monitor(context, topic)
        add_outputs(self, context=context, values={**self.parts.outputs, "dashboard_name": dashboard.name})

    def _build(self, context: Context, key: Key) -> PartDescription:
        """Everything that moves, stores or announces readings, described in the order of the flow."""
        layer = DependencyLayer(self, "dependencies", context=context)
        stores = build_stores(self, context=context, key=key)
        alerting = build_alerting(self, context=context, key=key, layer=layer)
        transport = build_transport(self, context=context, key=key)
        producer = build_producer(self, context=context, transport=transport)
        parameter = build_config_parameter(self, context=context)
        processor = Processor(
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
        aggregates = build_aggregates(context=context, key=key, stores=stores)
        archive = build_archive(self, context=context, key=key, transport=transport, stores=stores)
        lake = build_lake(self, context=context, key=key, layer=layer, transport=transport, stores=stores)
        replay = build_replay(self, context=context, key=key, layer=layer, stores=stores, parameter=parameter)
        api = build_api(
            self, context=context, key=key, layer=layer, transport=transport, stores=stores, parameter=parameter
        )
        devices = build_connectivity(
            self,
            context=context,
            key=key,
            layer=layer,
            transport=transport,
            stores=stores,
            processor=processor.function,
            alerting=alerting,
        )
        audited = (*stores.buckets(), lake.bucket if lake else None)
        audit = build_audit(self, context=context, key=key, buckets=audited)
        entrypoints = (api, devices, producer)
        return describe_all(
            *entrypoints, transport, parameter, processor, stores, aggregates, archive, lake, replay, alerting, audit
        )

    def _monitor(self, context: Context, topic: Topic) -> Dashboard:
        parts, config = self.parts, context.config
        alarms = deployment_alarms(parts.alarms, parts.functions, parts.tables, config)
        watch = Alarms(self, "watch", context=context, topic_arn=topic.arn, alarms=alarms)
        return Dashboard(
            self,
            "dashboard",
            context=context,
            alarm_arns=watch.arns,
            numbers=deployment_numbers(parts.numbers, parts.functions, parts.queues, context),
            rows=deployment_rows(parts.rows, parts.functions, parts.tables, config),
        )


def _arguments() -> str:
    """The names of what `TapStack` takes by keyword."""
    parameters = inspect.signature(TapStack.__init__).parameters.values()
    return ", ".join(each.name for each in parameters if each.default is not inspect.Parameter.empty)
