"""Every setting of a deployment, typed, with its default and its source.

A preset and an environment are TOML files of these tables; both may leave out what they do not care for.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from lambda_src.common.thresholds import Threshold

Days = Annotated[int, Meta(ge=1, le=3650)]
Seconds = Annotated[int, Meta(ge=1)]
Percent = Annotated[int, Meta(ge=0, le=1000)]

LOG_RETENTION_DAYS = (
    1,
    3,
    5,
    7,
    14,
    30,
    60,
    90,
    120,
    150,
    180,
    365,
    400,
    545,
    731,
    1096,
    1827,
    2192,
    2557,
    2922,
    3288,
    3653,
)
"""What CloudWatch Logs takes as a retention (PutRetentionPolicy)."""


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every table of the settings: immutable, and a key it does not know is an error."""


class Load(Table, frozen=True):
    """What the pipeline is built for; shards and batches follow from it."""

    readings_per_second: Annotated[int, Meta(ge=1, le=1_000_000)] = 100
    reading_bytes: Annotated[int, Meta(ge=1, le=1_048_576)] = 250
    headroom_percent: Percent = 50
    """Capacity on top of the load, since partition keys never spread perfectly over the shards."""


class Stream(Table, frozen=True):
    mode: Literal["provisioned", "on-demand"] = "provisioned"
    shards: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    """Fixes the number of shards; left out, it is computed from the load."""
    retention_hours: Annotated[int, Meta(ge=24, le=8760)] = 24
    shard_metrics: bool = False
    """All seven shard-level metrics, which cost a metric a shard each."""
    producers: tuple[str, ...] = ()
    """ARNs that may assume the producer role; left out, whom the account's own IAM policies allow."""


class Processor(Table, frozen=True):
    memory_mb: Annotated[int, Meta(ge=128, le=10_240)] = 512
    timeout_seconds: Annotated[int, Meta(ge=1, le=900)] = 60
    batch_size: Annotated[int, Meta(ge=1, le=10_000)] | None = None
    """Records a batch; left out, what one shard brings in the window."""
    window_seconds: Annotated[int, Meta(ge=0, le=300)] = 10
    parallelization: Annotated[int, Meta(ge=1, le=10)] = 2
    retries: Annotated[int, Meta(ge=0, le=10_000)] = 3
    record_age_seconds: Annotated[int, Meta(ge=60, le=604_800)] | None = None
    """Older records go to the on-failure bucket untried; left out, a record's age does not matter."""
    reserved_concurrency: Annotated[int, Meta(ge=1)] | None = None


class Timestream(Table, frozen=True):
    enabled: bool = False
    memory_hours: Annotated[int, Meta(ge=1, le=8766)] = 24
    magnetic_days: Annotated[int, Meta(ge=1, le=73_000)] = 365


class Lifecycle(Table, frozen=True):
    """Days after which objects move to a colder class or go; left out, they do not."""

    infrequent_access_days: Days | None = None
    glacier_days: Days | None = None
    deep_archive_days: Days | None = None
    expire_days: Days | None = None
    noncurrent_days: Days = 30
    """How long an overwritten or deleted version can be brought back."""


class Processed(Lifecycle, frozen=True):
    enabled: bool = True


class Archive(Table, frozen=True):
    """Delivery of the stream into the raw bucket. Sizes in MiB, times in seconds, as Firehose takes them."""

    enabled: bool = True
    buffer_mib: Annotated[int, Meta(ge=1, le=128)] = 5
    buffer_seconds: Annotated[int, Meta(ge=0, le=900)] = 300
    anomalies: bool = False
    """Put each batch's anomalies into the raw bucket at once, under ``anomalies/<device>/``."""


class Tables(Table, frozen=True):
    """The hot tables in DynamoDB: runs of readings, and the state of each device."""

    enabled: bool = False
    readings_days: Days = 30
    """How long a run stays."""
    state_seconds: Seconds = 60
    """A device's state is written at most this often, and at every change of its status."""


class Devices(Table, frozen=True):
    """Devices that connect by MQTT with certificates of their own."""

    enabled: bool = False
    topic_filter: Annotated[str, Meta(pattern=r"^([A-Za-z0-9_-]+/)+(#|\+(/[A-Za-z0-9_-]+)*)$")] = "sensor/+/data"
    """Topics of telemetry; the wildcard's place is where a device's topic names it."""
    basic_ingest: bool = False
    """Publish through ``$aws/rules/…``, past the broker: no messaging charge, and nobody else can subscribe."""
    bridge: bool = False
    """Normalise and pack messages in a function between rule and stream; gives up their order of arrival."""
    silent_intervals: Annotated[int, Meta(ge=2, le=1000)] = 5
    """A device that has missed this many of its usual intervals is silent."""
    minimum_silence_seconds: Seconds = 300


class Alerts(Table, frozen=True):
    quiet_seconds: Seconds = 900
    """An anomaly later than this after the last one of its sensor opens a new episode, and so a new alert."""
    emails: tuple[str, ...] = ()


class Alarms(Table, frozen=True):
    emails: tuple[str, ...] = ()
    iterator_age_seconds: Seconds = 60
    duration_percent: Annotated[int, Meta(ge=1, le=100)] = 80
    """Alarm when a function's slowest run takes more of its timeout than this."""
    anomalies_in_5_minutes: Annotated[int, Meta(ge=1)] | None = None
    """Alarm when there are more anomalies than this; left out, alerts speak for themselves."""
    freshness_seconds: Seconds = 900
    """Alarm when the oldest record that Firehose has not delivered is older than this."""


class Logs(Table, frozen=True):
    retention_days: int = 30


class Secret(Table, frozen=True):
    rotation_days: Annotated[int, Meta(ge=1, le=1000)] = 30
    recovery_days: Annotated[int, Meta(ge=7, le=30)] = 7


class Key(Table, frozen=True):
    deletion_days: Annotated[int, Meta(ge=7, le=30)] = 7


class Config(Table, frozen=True):
    """One deployment's settings, complete."""

    preset: str
    region: Annotated[str, Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")] = "us-east-1"
    protect_data: bool = True
    """Refuse to delete a bucket or table that still holds something."""
    metrics_namespace: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._/#:-]{1,255}$")] = "IoT/Pipeline"
    tags: dict[str, str] = {}
    load: Load = Load()
    stream: Stream = Stream()
    processor: Processor = Processor()
    timestream: Timestream = Timestream()
    raw: Lifecycle = Lifecycle()
    processed: Processed = Processed()
    quarantine: Lifecycle = Lifecycle(expire_days=90)
    archive: Archive = Archive()
    tables: Tables = Tables()
    devices: Devices = Devices()
    thresholds: dict[str, Threshold] = {}
    alerts: Alerts = Alerts()
    alarms: Alarms = Alarms()
    logs: Logs = Logs()
    secret: Secret = Secret()
    key: Key = Key()
