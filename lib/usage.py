"""What the load makes the parts of a deployment do. `ops cost` multiplies it by prices.

A part describes the uses of its resources (`lib.part.PartDescription.uses`) as functions of the `Traffic`, so that one
plan can be calculated for any load.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Literal

from lib.config import batch_size, shard_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lib.config import Config

SENSOR_SECONDS = 1.0
"""Assumption: a sensor sends one reading per second, so there are as many sensors as readings per second."""
ENVELOPE_BYTES = 250
"""What the topic rule adds to a message (`lib.devices.rule.telemetry_sql`)."""
QUERIES_PER_SECOND = 10_000 / (730 * 3600)
"""Assumption: people and dashboards send 10,000 queries a month, as soon as there are readings."""


@dataclass(frozen=True, kw_only=True)
class Traffic:
    """A load, in units per second. A deployment that receives nothing has a `readings` of 0.

    ``messages`` is what senders send and the stream or queue carries, ``batches`` the processor's invocations, ``runs``
    the groups of one sensor's readings in one batch. The bridge packs only readings of one device, which seldom meet
    in a batch, so it counts as if it packed nothing.
    """

    readings: float
    reading_bytes: int
    messages: float
    batches: float
    runs: float
    entrypoint: Literal["devices", "api", "stream"]

    @property
    def message_bytes(self) -> float:
        """Bytes of one message; 0 without readings."""
        return self.readings * self.reading_bytes / self.messages if self.messages else 0.0

    @property
    def record_bytes(self) -> float:
        """Bytes of one record in the stream or queue: the topic rule wraps a device's message in base64."""
        return self.message_bytes * 4 / 3 + ENVELOPE_BYTES if self.entrypoint == "devices" else self.message_bytes

    @property
    def readings_per_message(self) -> float:
        return self.readings / self.messages if self.messages else 0.0

    @property
    def readings_per_batch(self) -> float:
        return self.readings / self.batches if self.batches else 0.0

    @property
    def sensors(self) -> float:
        return self.readings * SENSOR_SECONDS

    @property
    def queries(self) -> float:
        """Queries of people and dashboards."""
        return QUERIES_PER_SECOND if self.readings else 0.0


def traffic_of(config: Config, *, readings_per_second: float, readings_per_message: int = 1) -> Traffic:
    """The traffic of ``readings_per_second`` in messages of ``readings_per_message``, through what the settings build.

    All readings come through one entrypoint: devices where there are any, else the API of a queue, else the stream.
    """
    messages = readings_per_second / readings_per_message
    entrypoint: Literal["devices", "api", "stream"] = (
        "devices" if config.devices.enabled else "api" if config.transport == "sqs" else "stream"
    )
    batches = _batches(config, messages)
    together = max(readings_per_message, _collected_seconds(config, batches) / SENSOR_SECONDS)
    return Traffic(
        readings=readings_per_second,
        reading_bytes=config.load.reading_bytes,
        messages=messages,
        batches=batches,
        runs=readings_per_second / max(together, 1.0),
        entrypoint=entrypoint,
    )


def _batches(config: Config, messages: float) -> float:
    """Batches per second: one per shard and window, more if a batch cannot hold a window, at most one per message."""
    if config.transport == "sqs":
        return messages / config.queue.batch_size
    shards = shard_count(config)
    window = max(config.processor.window_seconds, 1)
    return min(messages, max(shards / window, messages / batch_size(config)))


def _collected_seconds(config: Config, batches: float) -> float:
    """Seconds of one sensor's readings in a batch; a queue spreads them over all batches."""
    return shard_count(config) / batches if config.transport == "kinesis" and batches else 0.0


@dataclass(frozen=True, kw_only=True)
class Amount:
    """What one resource does: ``per_second`` times something of ``size`` bytes.

    ``milliseconds`` is the duration of one invocation, ``metrics`` the custom metrics that a function publishes,
    ``kept_days`` how long an item of a table stays (None: for ever; 0: the next write replaces it), and
    ``index_writes`` the writes to a table's index per write to the table.
    """

    per_second: float
    size: float = 0.0
    milliseconds: float = 0.0
    metrics: int = 0
    kept_days: float | None = None
    index_writes: float = 1.0

    @property
    def units_of_kb(self) -> int:
        """The size in started KB; at least one."""
        return max(1, ceil(self.size / 1024))


UseKind = Literal["invocations", "writes", "reads", "objects", "messages", "requests", "queries"]


@dataclass(frozen=True, kw_only=True)
class Use:
    """What the traffic makes the construct at path ``of`` do; resources directly below the construct share it."""

    of: str
    kind: UseKind
    amount: Callable[[Traffic], Amount]


def never(of: str, kind: UseKind) -> Use:
    """The use of what is only there for failures or for operators, such as a dead-letter queue."""
    return Use(of=of, kind=kind, amount=lambda _: Amount(per_second=0.0))


def of_kind(uses: Iterable[Use], path: str, kind: UseKind) -> list[Use]:
    """The uses of one kind of the resource at ``path``, or of the construct that it stands in."""
    around = path.rpartition("/")[0]
    return [use for use in uses if use.kind == kind and use.of in (path, around)]
