"""Every setting of a deployment, typed, with its default and its source.

A preset and an environment are TOML files of these tables; a key that both leave out has its default. The tables are
in `lib.config.ingest`, `lib.config.storage` and `lib.config.operations`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.thresholds import Threshold
from lib.config.base import AccountId, ConfigTable, Region
from lib.config.ingest import (
    ApiConfig,
    DevicePrefixes,
    DevicesConfig,
    LoadConfig,
    ProcessorConfig,
    QueueConfig,
    RuntimeParameterConfig,
    StreamConfig,
    ThingName,
)
from lib.config.operations import AlarmsConfig, AlertsConfig, AuditConfig, KeyConfig, LogsConfig, SecretConfig
from lib.config.storage import (
    ArchiveBucketConfig,
    ArchiveConfig,
    LakeConfig,
    LifecycleConfig,
    ProcessedConfig,
    TablesConfig,
    TimestreamConfig,
)

OutputName = Annotated[
    str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}\Z", description="1 to 64 of a-z, 0-9 and '_', starting with a letter")
]
MetricName = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9._/#:-]{1,255}\Z", description="1 to 255 of A-Z, a-z, 0-9 and ._/#:-")
]

PolicyName = Annotated[
    str,
    Meta(pattern=r"^[\w+=,.@-]{1,128}\Z", description="the name of a policy, of 1 to 128 of A-Z, a-z, 0-9 and +=,.@_-"),
]


class Config(ConfigTable, frozen=True):
    """One deployment's settings, complete."""

    preset: str
    region: Region = "us-east-1"
    account_id: AccountId | None = None
    """The one account that this environment is deployed to; Terraform refuses every other one."""
    production: bool = False
    """Losing data must be allowed twice, and a destroy as well."""
    permissions_boundary: PolicyName | None = None
    """A policy of the account that limits every role. ``make bootstrap`` makes one, ``terraform-runtime-boundary``."""
    protect_data: bool = True
    """Refuse to delete a bucket or table that still holds something."""
    metrics_namespace: Annotated[
        str,
        Meta(
            pattern=r"^(?!AWS/)[A-Za-z0-9._/#-][A-Za-z0-9._/#:-]{0,254}\Z",
            description="1 to 255 of A-Z, a-z, 0-9 and ._/#:-, not starting with ':' or 'AWS/'",
        ),
    ] = "IoT/Pipeline"
    metrics_names: Literal["ours", "described"] = "ours"
    """Also publish the processor's metrics under the names of `metric_aliases`, as dashboards from before expect."""
    metric_aliases: dict[str, MetricName] = msgspec.field(default_factory=dict)
    """Other names of the processor's metrics, such as ``ReadingsProcessed = "SensorReadingsProcessed"``."""
    metric_region: bool = False
    """Give the metrics under those names the dimension ``region``."""
    output_aliases: dict[OutputName, OutputName] = msgspec.field(default_factory=dict)
    """Other names of outputs, for programs that expect them, such as ``kinesis_stream_name = "stream_name"``. An alias
    of an output that the deployment does not have is left out."""
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    transport: Literal["kinesis", "sqs"] = "kinesis"
    """What lies between the entrypoints and the processor. A queue costs nothing while nothing happens; a stream keeps
    order, feeds the archive, and is cheaper from some hundred readings a second on."""
    load: LoadConfig = LoadConfig()
    stream: StreamConfig = StreamConfig()
    queue: QueueConfig = QueueConfig()
    processor: ProcessorConfig = ProcessorConfig()
    api: ApiConfig = ApiConfig()
    runtime_config: RuntimeParameterConfig = RuntimeParameterConfig()
    timestream: TimestreamConfig = TimestreamConfig()
    raw: ArchiveBucketConfig = ArchiveBucketConfig()
    processed: ProcessedConfig = ProcessedConfig()
    quarantine: LifecycleConfig = LifecycleConfig(expire_days=90)
    archive: ArchiveConfig = ArchiveConfig()
    lake: LakeConfig = LakeConfig()
    tables: TablesConfig = TablesConfig()
    devices: DevicesConfig = DevicesConfig()
    thresholds: dict[str, Threshold] = msgspec.field(default_factory=dict)
    formats: tuple[Format, ...] = ()
    """Where the messages of gateways hold their readings, see ``docs/formats.md``."""
    gateways: dict[ThingName, DevicePrefixes] = msgspec.field(default_factory=dict)
    """Things that may name other devices in what they send, with how the ids of these begin: ``gw-1 = ["press-"]``."""
    alerts: AlertsConfig = AlertsConfig()
    alarms: AlarmsConfig = AlarmsConfig()
    logs: LogsConfig = LogsConfig()
    secret: SecretConfig = SecretConfig()
    key: KeyConfig = KeyConfig()
    audit: AuditConfig = AuditConfig()
