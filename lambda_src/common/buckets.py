"""Spread keys over several partitions of an index. One partition accepts 1,000 write units per second."""

from __future__ import annotations

from zlib import crc32


def bucket_of(key: str, buckets: int) -> str:
    """Return the bucket of a key, as two digits. A key is always in the same bucket."""
    return f"{crc32(key.encode()) % buckets:02d}"


def all_buckets(buckets: int) -> list[str]:
    """Return all buckets, as `bucket_of` writes them."""
    return [f"{bucket:02d}" for bucket in range(buckets)]
