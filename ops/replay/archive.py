"""Which objects of the archive may hold readings of a period, in a fixed order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ops.period import HOUR_MS, hour_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_s3 import S3Client

EARLY_HOURS = 1
"""A device's clock may be 15 minutes ahead, and an object lies in the hour of its first record, which may have waited
for 15 minutes for the last one."""

_PARTITION = re.compile(r"(?P<name>[a-z_]+)=(?P<value>[^/]*)/").fullmatch


class Found(NamedTuple):
    """An object of the archive. ``fixed`` are the columns that its place says, and perhaps not the object itself."""

    key: str
    size: int
    modified_ms: int
    fixed: Mapping[str, str]


class _Range(NamedTuple):
    """Keys below ``root`` from ``low`` to before ``high``."""

    root: str
    low: str
    high: str
    fixed: Mapping[str, str]


class Archive:
    """Objects under ``<prefix>[<column>=<value>/]year=/month=/day=/hour=/``, the hour that of their arrival, in UTC.

    ``wanted`` leaves out what lies under another value of a column; both kinds of places may be there, as after a
    change of the partitioning.
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
        wanted: Mapping[str, str | None],
    ) -> None:
        self._s3 = s3
        self.bucket = bucket
        self.prefix = prefix
        self._low = hour_prefix(start_ms - EARLY_HOURS * HOUR_MS)
        # Not the hour itself, so that the last moment's hour is in.
        self._high = hour_prefix(end_ms - 1 + (late_hours + 1) * HOUR_MS)
        self._wanted = wanted

    def objects(self, after: str = "") -> Iterator[Found]:
        """All of them, in the order of their keys; only those whose key comes after ``after``."""
        for found in self._ranges():
            if found.high > after:
                yield from self._list(found, after)

    def _ranges(self) -> list[_Range]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix, Delimiter="/"
        )
        folders = [folder["Prefix"] for page in pages for folder in page.get("CommonPrefixes", ())]
        ranges = []
        for folder in folders:
            partition = _PARTITION(folder.removeprefix(self.prefix))
            if partition is None:
                continue
            name, value = partition["name"], partition["value"]
            if name == "year":
                root, fixed = self.prefix, dict[str, str]()
            elif self._wanted.get(name) in (None, value):
                root, fixed = folder, {name: value}
            else:
                continue
            found = _Range(root, root + self._low, root + self._high, fixed)
            if found not in ranges:
                ranges.append(found)
        return sorted(ranges, key=lambda found: found.low)

    def _list(self, found: _Range, after: str) -> Iterator[Found]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=found.root, StartAfter=max(found.low, after)
        )
        for page in pages:
            for entry in page.get("Contents", ()):
                key = entry["Key"]
                if key >= found.high:
                    return
                if entry["Size"] or not key.endswith("/"):
                    yield Found(key, entry["Size"], round(entry["LastModified"].timestamp() * 1000), found.fixed)
