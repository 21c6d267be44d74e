"""Names of the S3 objects that a batch leaves behind: they follow from the data alone."""

from __future__ import annotations

from datetime import UTC, datetime


def batch_key(prefix: str, *, arrived_ms: int, shard_id: str, sequence_number: str, suffix: str) -> str:
    """``<prefix>/year=/month=/day=/hour=/<shard>-<sequence number><suffix>``, the date UTC, of the arrival.

    The record is the first one with a line in the object, so every attempt whose first line is the same record
    writes to the same name, however the batch was shortened or cut: the last attempt wins and nothing doubles.
    """
    arrived = datetime.fromtimestamp(arrived_ms / 1000, UTC)
    return f"{prefix}/{arrived:year=%Y/month=%m/day=%d/hour=%H}/{shard_id}-{sequence_number}{suffix}"


def iso(milliseconds: int) -> str:
    """ISO 8601 in UTC with milliseconds and ``Z``."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
