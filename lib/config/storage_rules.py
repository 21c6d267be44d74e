"""Impossible combinations in the settings of stores."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.config.errors import Problem
    from lib.config.model import Config
    from lib.config.storage import ArchiveBucketConfig, LifecycleConfig

IA_MINIMUM_DAYS = 30
"""S3 moves no object to STANDARD_IA earlier (PutBucketLifecycleConfiguration)."""


def storage_problems(config: Config) -> Iterator[Problem]:
    """Yields each impossible combination in buckets, archives and Timestream."""
    for name in ("raw", "lake", "processed", "quarantine"):
        yield from _lifecycle(name, getattr(config, name))
    for name in ("raw", "lake"):
        yield from _protection(name, getattr(config, name))
    if config.raw.expire_days is not None and not config.archive.enabled:
        yield "raw.expire_days", config.raw.expire_days, "left out while archive.enabled = false"
    if config.archive.anomalies and not config.archive.enabled:
        yield "archive.anomalies", True, "false while archive.enabled = false"
    yield from _aggregates(config)


def _aggregates(config: Config) -> Iterator[Problem]:
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
        allowed = "left out without hourly_aggregates of multi_measure records"
        yield "timestream.measures", list(series.measures), allowed


def _lifecycle(name: str, lifecycle: LifecycleConfig) -> Iterator[Problem]:
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


def _protection(name: str, bucket: ArchiveBucketConfig) -> Iterator[Problem]:
    locked, expired = bucket.object_lock_days, bucket.expire_days
    if locked is not None and expired is not None and expired < locked:
        yield f"{name}.expire_days", expired, f"at least {name}.object_lock_days ({locked})"
    if (bucket.replica_bucket_arn is None) != (bucket.replica_key_arn is None):
        yield f"{name}.replica_key_arn", bucket.replica_key_arn, f"set exactly where {name}.replica_bucket_arn is"
