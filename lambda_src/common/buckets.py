"""Spreading keys over several partitions of an index: one partition takes 1,000 write units a second."""

from __future__ import annotations

from zlib import crc32


def bucket_of(key: str, buckets: int) -> str:
    """Which of ``buckets`` a key belongs to, as two digits; the same key is always in the same one."""
    return f"{crc32(key.encode()) % buckets:02d}"


def all_buckets(buckets: int) -> list[str]:
    """All of them, as `bucket_of` writes them."""
    return [f"{bucket:02d}" for bucket in range(buckets)]
