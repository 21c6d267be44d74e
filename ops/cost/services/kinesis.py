"""Kinesis Data Streams and Firehose."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from ops.cost.scene import GB, HOURS, SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

PUT_UNIT_BYTES = 25 * 1024
"""A record counts in started units of 25 KB (Kinesis pricing page)."""
FIREHOSE_UNIT_BYTES = 5 * 1024
"""A record counts in started units of 5 KB, also from a stream (Firehose pricing page)."""
FIRST_DAY_HOURS = 24
"""Retention that the shard hours include."""


def _stream(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    values, traffic = resource.values, scene.traffic
    retention = values["retention_period"]
    if values["stream_mode_details"]["stream_mode"] == "PROVISIONED":
        shards = values["shard_count"]
        units = ceil(traffic.record_bytes / PUT_UNIT_BYTES)
        yield Quantity("kinesis-shard-hour", shards * HOURS)
        yield Quantity("kinesis-put-unit", traffic.messages * SECONDS * units)
        if retention > FIRST_DAY_HOURS:
            yield Quantity("kinesis-extended-shard-hour", shards * HOURS)
        yield Quantity("custom-metric", shards * len(values.get("shard_level_metrics", ())))
        return
    # Each record is rounded up to 1 KB on its way in.
    written = traffic.messages * ceil(traffic.record_bytes / 1024) * 1024
    readers = len(scene.plan.of_kind("aws_kinesis_firehose_delivery_stream")) + 1
    yield Quantity("kinesis-on-demand-hour", HOURS)
    yield Quantity("kinesis-on-demand-in-gb", written * SECONDS / GB)
    yield Quantity("kinesis-on-demand-out-gb", traffic.messages * traffic.record_bytes * SECONDS / GB * readers)
    if retention > FIRST_DAY_HOURS:
        kept = scene.kept_gb(written, (retention - FIRST_DAY_HOURS) / 24)
        yield Quantity("kinesis-on-demand-extended-gb", kept)


def _delivery(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    traffic = scene.traffic
    units = ceil(traffic.record_bytes / FIREHOSE_UNIT_BYTES)
    gigabytes = traffic.messages * SECONDS * units * FIREHOSE_UNIT_BYTES / GB
    destination = resource.values["extended_s3_configuration"]
    yield Quantity("firehose-gb", gigabytes)
    if destination.get("data_format_conversion_configuration", {}).get("enabled"):
        yield Quantity("firehose-conversion-gb", gigabytes)
    if destination.get("dynamic_partitioning_configuration", {}).get("enabled"):
        yield Quantity("firehose-partitioning-gb", gigabytes)


PRICED = {"aws_kinesis_stream": _stream, "aws_kinesis_firehose_delivery_stream": _delivery}
