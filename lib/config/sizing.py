"""What follows from the stated load: shards, and records a batch."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.config.model import Config

SHARD_RECORDS_PER_SECOND = 1_000
"""Write capacity of a Kinesis shard (Kinesis Data Streams quotas)."""
SHARD_BYTES_PER_SECOND = 1_048_576
"""1 MiB/s in, the same source."""
WARNING_PERCENT = 80
"""Part of what the shards take at which somebody has to hear of it: the load is never spread evenly over them."""
MAX_BATCH_RECORDS = 10_000
"""Largest batch of a Kinesis event source mapping (CreateEventSourceMapping)."""
MAX_POLLERS = 1_000
"""Largest maximum concurrency of a queue's mapping (CreateEventSourceMapping, ScalingConfig)."""
INVOCATION_BYTES = 6 * 1_048_576
"""Largest synchronous invocation payload (Lambda quotas)."""
RECORD_ENVELOPE_BYTES = 420
"""What a record takes in the event besides its data: ids, ARNs and times of the documented Kinesis event."""


def capacity(config: Config) -> float:
    """Readings a second that the deployment is built for: the load plus headroom."""
    return config.load.readings_per_second * (1 + config.load.headroom_percent / 100)


def shard_count(config: Config) -> int:
    """Shards for the load plus headroom, by whichever of records and bytes needs more."""
    if config.stream.shards is not None:
        return config.stream.shards
    records = capacity(config)
    size = records * config.load.reading_bytes
    return max(ceil(records / SHARD_RECORDS_PER_SECOND), ceil(size / SHARD_BYTES_PER_SECOND), 1)


def most_writable(config: Config) -> float | None:
    """Records a second at which the stream throttles, at the stated size; None for one that scales by itself."""
    if config.stream.mode == "on-demand":
        return None
    return shard_count(config) * min(SHARD_RECORDS_PER_SECOND, SHARD_BYTES_PER_SECOND / config.load.reading_bytes)


def throughput_limit(config: Config) -> float:
    """Records a second above which a warning is due: the load plus headroom, and always before the stream throttles."""
    writable = most_writable(config)
    return capacity(config) if writable is None else min(capacity(config), writable * WARNING_PERCENT / 100)


def queue_concurrency(config: Config) -> int | None:
    """The most processors that the queue's mapping runs: as many as are reserved, unless the settings say fewer.

    A mapping that ran more would be throttled, and throttled messages end in the dead-letter queue.
    """
    if config.queue.concurrency is not None or config.processor.reserved_concurrency is None:
        return config.queue.concurrency
    return min(config.processor.reserved_concurrency, MAX_POLLERS)


def batch_size(config: Config) -> int:
    """Records a batch: what one shard brings in the window, as far as an invocation can carry it.

    The service splits a batch that would be too large by itself; staying below keeps batches even.
    """
    if config.processor.batch_size is not None:
        return config.processor.batch_size
    per_second = min(config.load.readings_per_second / shard_count(config), SHARD_RECORDS_PER_SECOND)
    wanted = ceil(per_second * max(config.processor.window_seconds, 1))
    encoded = ceil(config.load.reading_bytes * 4 / 3) + RECORD_ENVELOPE_BYTES
    return max(1, min(wanted, INVOCATION_BYTES // encoded, MAX_BATCH_RECORDS))
