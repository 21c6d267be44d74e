"""Combinations that no deployment can have, found before Terraform sees them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from lib.config.model import LOG_RETENTION_DAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lambda_src.common.thresholds import Threshold
    from lib.config.model import Config, Lifecycle

IA_MINIMUM_DAYS = 30
"""S3 moves no object to STANDARD_IA earlier (PutBucketLifecycleConfiguration)."""


def problems(config: Config) -> Iterator[tuple[str, object, str]]:
    """Yields (key, value, what is allowed) for each impossible combination."""
    yield from _stream(config)
    if config.logs.retention_days not in LOG_RETENTION_DAYS:
        allowed = ", ".join(str(days) for days in LOG_RETENTION_DAYS)
        yield "logs.retention_days", config.logs.retention_days, f"one of {allowed}"
    for name in ("raw", "processed", "quarantine"):
        yield from _lifecycle(name, getattr(config, name))
    for sensor_type, threshold in config.thresholds.items():
        yield from _threshold(f"thresholds.{sensor_type}", threshold)
    if config.raw.expire_days is not None and not config.archive.enabled:
        yield "raw.expire_days", config.raw.expire_days, "nothing while archive.enabled = false"
    if config.archive.anomalies and not config.archive.enabled:
        yield "archive.anomalies", True, "false while archive.enabled = false"
    silence, written = config.devices.minimum_silence_seconds, config.tables.state_seconds
    if config.devices.enabled and silence < 2 * written:
        yield "devices.minimum_silence_seconds", silence, f"at least twice tables.state_seconds ({written})"
    if config.devices.enabled and not config.tables.enabled:
        yield "devices.enabled", True, "false while tables.enabled = false: silence is seen in the devices table"


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


def _lifecycle(name: str, lifecycle: Lifecycle) -> Iterator[tuple[str, object, str]]:
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
