"""The archive's objects that may hold readings of a period, in a fixed order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lambda_src.archive_transform.transform import MIXED
from ops.period import HOUR_MS, hour_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

EARLY_HOURS = 1
"""Hours before the period in which its readings may be stored.

A device's clock may be 15 minutes fast, and an object is stored under the hour of its first record, which may be 15
minutes older than its last.
"""

_SENSOR = re.compile(r"/sensor=([^/]*)/").search


class Found(NamedTuple):
    """One object of the archive."""

    key: str
    size: int
    modified_ms: int


class Archive:
    """Objects under ``<prefix>year=/month=/day=/hour=/[sensor=<type>/]`` by hour of arrival in UTC.

    Folders of other sensor types are skipped if ``sensor`` is set.
    """

    def __init__(
        self,
        s3: S3Client,
        bucket: str,
        prefix: str,
        *,
        start_ms: int,
        end_ms: int,
        late_hours: int,
        sensor: str | None = None,
    ) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = prefix
        self._low = prefix + hour_prefix(start_ms - EARLY_HOURS * HOUR_MS)
        # The hour that contains the last moment is included.
        self._high = prefix + hour_prefix(end_ms - 1 + (late_hours + 1) * HOUR_MS)
        self._sensor = sensor

    def objects(self, after: str = "") -> Iterator[Found]:
        """Yield all objects with a key after ``after``, in the order of their keys."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._bucket, Prefix=self._prefix, StartAfter=max(self._low, after)
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                key = entry["Key"]
                if key >= self._high:
                    return
                is_marker = key.endswith("/") and not entry["Size"]
                if not is_marker and self._may_hold(key):
                    yield Found(key, entry["Size"], round(entry["LastModified"].timestamp() * 1000))

    def _may_hold(self, key: str) -> bool:
        folder = _SENSOR(key) if self._sensor else None
        return folder is None or folder[1] in (self._sensor, MIXED)
