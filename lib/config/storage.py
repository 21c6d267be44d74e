"""Settings of the stores: what is kept, where, and for how long."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from lib.config.base import ConfigTable, Days, DaysOrForever, Principal, Seconds

CRON = (
    r"^cron\([0-9,*/-]+ [0-9,*/-]+ "
    r"([0-9,*/LW-]+ [0-9A-Z,*/-]+ \?|\? [0-9A-Z,*/-]+ [0-9A-Z,*/#-]+) [0-9,*/-]+\)\Z"
)
"""Glue's schedules: minutes, hours, day of month, month, day of week, year; exactly one of the days is ``?``."""

Measure = Annotated[
    str,
    Meta(
        pattern=r"^(?!ts_|measure_name|measure_value|(time|device_id|production_line)\Z)[a-z0-9_.-]{1,64}\Z",
        description="a sensor type of 1 to 64 of a-z, 0-9 and _.- that is no column's name of Timestream's own",
    ),
]
"""A sensor type that can be a column in Timestream."""


class TimestreamConfig(ConfigTable, frozen=True):
    enabled: bool = False
    memory_hours: Annotated[int, Meta(ge=1, le=8766)] = 24
    magnetic_days: Annotated[int, Meta(ge=1, le=73_000)] = 365
    multi_measure: bool = False
    """Keep the measures of a message in one record; a table has one shape for good."""
    hourly_aggregates: bool = False
    """Keep the minimum, mean, maximum and count of each hour in a table beside. Timestream makes the query for it only
    once the table holds readings: for a new deployment, turn it on after the first of them."""
    measures: tuple[Measure, ...] = ()
    """Sensor types that are aggregated where ``multi_measure`` makes each a column; every one must have come once."""


class LifecycleConfig(ConfigTable, frozen=True):
    """Days after which objects move to a colder class or go; left out, they do not."""

    infrequent_access_days: Days | None = None
    glacier_days: Days | None = None
    deep_archive_days: Days | None = None
    expire_days: Days | None = None
    noncurrent_days: Days = 30
    """How long an overwritten or deleted version can be brought back."""


class ArchiveBucketConfig(LifecycleConfig, frozen=True):
    """A bucket whose objects are never written again: they can be locked, and copied to another bucket."""

    object_lock_days: Days | None = None
    """Nobody deletes or replaces an object earlier without the right to bypass governance. It can be turned on only
    where the bucket is made, and never off."""
    replica_bucket_arn: (
        Annotated[
            str,
            Meta(pattern=r"^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z", description="the ARN of a bucket"),
        ]
        | None
    ) = None
    """A versioned bucket that gets a copy of every object, whose owner lets the replication role write to it."""
    replica_key_arn: (
        Annotated[
            str,
            Meta(
                pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]{1,100}\Z",
                description="the ARN of a key of KMS",
            ),
        ]
        | None
    ) = None
    """The key of the copies, in the replica bucket's region: what is encrypted with one of KMS is copied to one."""


class ProcessedConfig(LifecycleConfig, frozen=True):
    enabled: bool = True


class ArchiveConfig(ConfigTable, frozen=True):
    """Delivery of the stream into the raw bucket. Sizes in MiB, times in seconds, as Firehose takes them."""

    enabled: bool = True
    buffer_mib: Annotated[int, Meta(ge=1, le=128)] = 5
    buffer_seconds: Annotated[int, Meta(ge=0, le=900)] = 300
    anomalies: bool = False
    """Put each batch's anomalies into the raw bucket at once, one object under ``anomalies/``."""


class LakeConfig(ArchiveBucketConfig, frozen=True):
    """The stream's readings as Parquet, and SQL over them. Sizes in MiB, times in seconds."""

    enabled: bool = False
    buffer_mib: Annotated[int, Meta(ge=64, le=128)] = 64
    """Firehose converts no smaller buffers."""
    buffer_seconds: Annotated[int, Meta(ge=60, le=900)] = 300
    partition_by_sensor_type: bool = False
    """Objects of their own for each sensor type. Firehose decides this when the delivery is made: a change replaces it,
    and what arrives meanwhile is in the raw archive only."""
    scan_limit_mib: Annotated[int, Meta(ge=10)] = 10_240
    """A query that would read more is cancelled."""
    results_days: Days = 30
    """How long the results of queries stay."""
    analysts: tuple[Principal, ...] = ()
    """ARNs that may assume the role that asks; left out, whom the account's own IAM policies allow."""
    crawler_cron: Annotated[str, Meta(pattern=CRON, description="a schedule of Glue")] | None = None
    """When a crawler registers partitions, such as ``cron(0 */6 * * ? *)``, for engines that cannot compute them as
    Athena does; left out, there is no crawler."""


class TablesConfig(ConfigTable, frozen=True):
    """The hot tables in DynamoDB: runs of readings, and the state of each device."""

    enabled: bool = False
    readings_days: DaysOrForever = 30
    """How long a run stays; 0 keeps it."""
    state_seconds: Seconds = 60
    """A device's state is written at most this often, and at every change of its status."""
    raw: bool = False
    """Keep each message that comes over HTTP as it came."""
    raw_days: DaysOrForever = 30
    """How long such a message stays; 0 keeps it."""
