"""Every setting of a deployment, typed, with its default and its source.

A preset and an environment are TOML files of these tables; both may leave out what they do not care for. The tables
stand beside: `lib.config.flow`, `lib.config.keeping` and `lib.config.watching`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lambda_src.common.thresholds import Threshold
from lib.config.base import Table
from lib.config.flow import Api, Devices, Load, Processor, Queue, RuntimeConfig, Stream
from lib.config.keeping import Archive, ArchiveBucket, Lake, Lifecycle, Processed, Tables, Timestream
from lib.config.watching import Alarms, Alerts, Key, Logs, Secret


class Config(Table, frozen=True):
    """One deployment's settings, complete."""

    preset: str
    region: Annotated[str, Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "us-east-1"
    protect_data: bool = True
    """Refuse to delete a bucket or table that still holds something."""
    metrics_namespace: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._/#:-]{1,255}$")] = "IoT/Pipeline"
    tags: dict[str, str] = msgspec.field(default_factory=dict)
    transport: Literal["kinesis", "sqs"] = "kinesis"
    """What lies between the front doors and the processor. A queue costs nothing while nothing happens; a stream keeps
    order, feeds the archive, and is cheaper from some hundred readings a second on."""
    load: Load = Load()
    stream: Stream = Stream()
    queue: Queue = Queue()
    processor: Processor = Processor()
    api: Api = Api()
    runtime_config: RuntimeConfig = RuntimeConfig()
    timestream: Timestream = Timestream()
    raw: ArchiveBucket = ArchiveBucket()
    processed: Processed = Processed()
    quarantine: Lifecycle = Lifecycle(expire_days=90)
    archive: Archive = Archive()
    lake: Lake = Lake()
    tables: Tables = Tables()
    devices: Devices = Devices()
    thresholds: dict[str, Threshold] = msgspec.field(default_factory=dict)
    alerts: Alerts = Alerts()
    alarms: Alarms = Alarms()
    logs: Logs = Logs()
    secret: Secret = Secret()
    key: Key = Key()
