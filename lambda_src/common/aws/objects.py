"""Keys of the S3 objects that a batch writes. They follow from the data alone."""

from __future__ import annotations

from datetime import UTC, datetime


def batch_key(prefix: str, *, arrived_ms: int, shard_id: str, sequence_number: str, suffix: str) -> str:
    """Return ``<prefix>/year=/month=/day=/hour=/<shard>-<sequence number><suffix>`` with the UTC date of the arrival.

    The sequence number is that of the first record with a line in the object. So every attempt with the same first line
    writes the same key, however the batch was split: the last attempt wins and nothing is duplicated.
    """
    arrived = datetime.fromtimestamp(arrived_ms / 1000, UTC)
    return f"{prefix}/{arrived:year=%Y/month=%m/day=%d/hour=%H}/{shard_id}-{sequence_number}{suffix}"


def iso(milliseconds: int) -> str:
    """Return ISO 8601 in UTC with milliseconds and ``Z``."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
