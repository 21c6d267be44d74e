"""Combinations that no deployment can have, found before Terraform sees them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from lambda_src.processor.settings import COUNTS
from lib.config.operations import LOG_RETENTION_DAYS
from lib.config.topics import is_telemetry, reserved_devices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_src.common.thresholds import Threshold
    from lib.config.model import Config
    from lib.config.storage import ArchiveBucketConfig, LifecycleConfig

IA_MINIMUM_DAYS = 30
"""S3 moves no object to STANDARD_IA earlier (PutBucketLifecycleConfiguration)."""

EMAIL = (r"[^\s@:/]+@[^\s@:/]+", "an e-mail address")
ENDPOINT = (rf"{EMAIL[0]}|https://[^\s@/]+(/\S*)?", "an e-mail address, or one with https:// and no password in it")
"""Not http, since an alert says what goes on in a plant; and a password would stand in the plan."""


def problems(config: Config) -> Iterator[tuple[str, object, str]]:
    """Yields (key, value, what is allowed) for each impossible combination."""
    for name in config.metric_aliases:
        if name not in COUNTS:
            yield f"metric_aliases.{name}", config.metric_aliases[name], f"a name for one of {', '.join(COUNTS)}"
    yield from _stream(config)
    yield from _queue(config)
    if config.api.enabled and not config.tables.enabled:
        yield "api.enabled", True, "false while tables.enabled = false: queries are answered from the tables"
    if config.tables.raw and not config.api.enabled:
        yield "tables.raw", True, "false while api.enabled = false: only what comes over HTTP is kept there"
    if config.logs.retention_days not in LOG_RETENTION_DAYS:
        allowed = ", ".join(str(days) for days in LOG_RETENTION_DAYS)
        yield "logs.retention_days", config.logs.retention_days, f"one of {allowed}"
    yield from _buckets(config)
    yield from _aggregates(config)
    yield from _subscribers(config)
    for sensor_type, threshold in config.thresholds.items():
        yield from _threshold(f"thresholds.{sensor_type}", threshold)
    if config.archive.anomalies and not config.archive.enabled:
        yield "archive.anomalies", True, "false while archive.enabled = false"
    silence, written = config.devices.minimum_silence_seconds, config.tables.state_seconds
    if config.devices.enabled and silence < 2 * written:
        yield "devices.minimum_silence_seconds", silence, f"at least twice tables.state_seconds ({written})"
    yield from _topics(config)
    if config.devices.enabled and not config.tables.enabled:
        yield "devices.enabled", True, "false while tables.enabled = false: silence is seen in the devices table"


def _topics(config: Config) -> Iterator[tuple[str, object, str]]:
    devices = config.devices
    reserved = reserved_devices(devices.topic_filter, (devices.command_topic, *devices.publish_topics))
    if devices.first_thing and devices.first_thing.name in reserved:
        allowed = f"another name: the topics of {', '.join(reserved)} would be another device's telemetry"
        yield "devices.first_thing.name", devices.first_thing.name, allowed
    if is_telemetry(devices.topic_filter, devices.command_topic):
        allowed = f"a topic outside of devices.topic_filter ({devices.topic_filter}): commands are not telemetry"
        yield "devices.command_topic", devices.command_topic, allowed
    for place, topic in enumerate(devices.publish_topics):
        if not topic.endswith("*") and is_telemetry(devices.topic_filter, topic):
            allowed = f"a topic outside of devices.topic_filter ({devices.topic_filter}), which devices have anyway"
            yield f"devices.publish_topics[{place}]", topic, allowed


def _stream(config: Config) -> Iterator[tuple[str, object, str]]:
    if config.stream.mode == "on-demand" and config.stream.shards is not None:
        yield "stream.shards", config.stream.shards, "left out while stream.mode = 'on-demand'"
    processor = config.processor
    if processor.batch_size is not None and processor.batch_size > 10 and processor.window_seconds == 0:
        yield "processor.window_seconds", 0, "at least 1 while processor.batch_size is above 10"
    if processor.record_age_seconds and processor.record_age_seconds > config.stream.retention_hours * 3600:
        yield (
            "processor.record_age_seconds",
            processor.record_age_seconds,
            f"at most stream.retention_hours ({config.stream.retention_hours * 3600} s)",
        )


def _queue(config: Config) -> Iterator[tuple[str, object, str]]:
    if config.queue.batch_size > 10 and config.queue.window_seconds == 0:
        yield "queue.window_seconds", 0, "at least 1 while queue.batch_size is above 10"
    if config.transport != "sqs":
        return
    for part in ("archive", "lake", "devices"):
        if getattr(config, part).enabled:
            yield f"{part}.enabled", True, "false while transport = 'sqs': it needs the stream"
    if not config.api.enabled:
        yield "api.enabled", False, "true while transport = 'sqs': nothing else leads into the queue"


def _buckets(config: Config) -> Iterator[tuple[str, object, str]]:
    for name in ("raw", "lake", "processed", "quarantine"):
        yield from _lifecycle(name, getattr(config, name))
    for name in ("raw", "lake"):
        yield from _protection(name, getattr(config, name))
    if config.raw.expire_days is not None and not config.archive.enabled:
        yield "raw.expire_days", config.raw.expire_days, "nothing while archive.enabled = false"


def _aggregates(config: Config) -> Iterator[tuple[str, object, str]]:
    series = config.timestream
    if series.hourly_aggregates and not series.enabled:
        yield "timestream.hourly_aggregates", True, "false while timestream.enabled = false"
    columns = series.hourly_aggregates and series.multi_measure
    if columns and not series.measures:
        yield (
            "timestream.measures",
            [],
            "at least one sensor type, since with multi_measure each is a column of its own",
        )
    if series.measures and not columns:
        yield "timestream.measures", list(series.measures), "nothing without hourly_aggregates of multi_measure records"


def _subscribers(config: Config) -> Iterator[tuple[str, object, str]]:
    for topic, settings in (("alerts", config.alerts), ("alarms", config.alarms)):
        named = [(f"{topic}.emails[{place}]", email, EMAIL) for place, email in enumerate(settings.emails)]
        for place, each in enumerate(settings.subscribers):
            named.append((f"{topic}.subscribers[{place}].endpoint", each.endpoint, ENDPOINT))
        seen: set[str] = set()
        for key, endpoint, (pattern, allowed) in named:
            if not re.fullmatch(pattern, endpoint):
                yield key, endpoint, allowed
            if endpoint in seen:
                yield key, endpoint, f"an endpoint that {topic} names once"
            seen.add(endpoint)


def _lifecycle(name: str, lifecycle: LifecycleConfig) -> Iterator[tuple[str, object, str]]:
    steps = [
        (key, days)
        for key in ("infrequent_access_days", "glacier_days", "deep_archive_days", "expire_days")
        if (days := getattr(lifecycle, key)) is not None
    ]
    first = lifecycle.infrequent_access_days
    if first is not None and first < IA_MINIMUM_DAYS:
        yield f"{name}.infrequent_access_days", first, f"at least {IA_MINIMUM_DAYS}"
    for (earlier, start), (later, end) in pairwise(steps):
        if end <= start:
            yield f"{name}.{later}", end, f"more than {name}.{earlier} ({start})"


def _protection(name: str, bucket: ArchiveBucketConfig) -> Iterator[tuple[str, object, str]]:
    locked, expired = bucket.object_lock_days, bucket.expire_days
    if locked is not None and expired is not None and expired < locked:
        yield f"{name}.expire_days", expired, f"at least {name}.object_lock_days ({locked})"
    if (bucket.replica_bucket_arn is None) != (bucket.replica_key_arn is None):
        yield f"{name}.replica_key_arn", bucket.replica_key_arn, f"set exactly where {name}.replica_bucket_arn is"


def _threshold(key: str, threshold: Threshold) -> Iterator[tuple[str, object, str]]:
    bounds = [
        (name, value)
        for name in ("critical_min", "min", "max", "critical_max")
        if (value := getattr(threshold, name)) is not None
    ]
    if not bounds:
        yield key, "empty", "at least one of critical_min, min, max, critical_max"
    for (lower, low), (upper, high) in pairwise(bounds):
        if high < low:
            yield f"{key}.{upper}", high, f"not below {lower} ({low})"
