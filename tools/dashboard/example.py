"""Example data for each metric: a healthy pipeline with one incident at the end.

The data is reproducible: randomness depends only on the metric's name and dimensions.
"""

from __future__ import annotations

import zlib
from random import Random
from statistics import fmean
from typing import TYPE_CHECKING

from tools.dashboard.shapes import POINTS, ShapePoint, constant, count, flow, heap, level, saw

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tools.dashboard.shapes import Shape

SHAPES: dict[str, Shape] = {
    "4XXError": count(4, wrong=30),
    "5XXError": constant(0),
    "AlertsPublished": count(0, wrong=2),
    "AnomaliesDetected": count(0.4, wrong=60),
    "ApproximateAgeOfOldestMessage": level(2, 0.4, wrong=6),
    "ApproximateNumberOfMessagesNotVisible": count(12, wrong=40),
    "ApproximateNumberOfMessagesVisible": count(6, wrong=120),
    "ConfigBroken": constant(0),
    "ConsumedReadCapacityUnits": flow(0.004),
    "ConsumedWriteCapacityUnits": flow(0.02),
    "Count": flow(0.02),
    "DeliveryToS3.DataFreshness": saw(300, 5),
    "DeliveryToS3.Records": flow(1),
    "DeliveryToS3.Success": constant(1),
    "DestinationDeliveryFailures": constant(0),
    "DevicesOffline": count(0, wrong=1),
    "DroppedEventCount": constant(0),
    "DuplicateReadings": count(0, wrong=25),
    "SensorOutages": count(0, wrong=3),
    "Duration": level(1_400, 0.2, wrong=1.8),
    "ErrorActionFailure": constant(0),
    "Errors": count(0, wrong=1.2),
    "ExecuteProcessing.Success": constant(1),
    "FailedConversion.Records": constant(0),
    "FailedInvokeEventCount": count(0, wrong=90),
    "Failure": constant(0),
    "GetRecords.IteratorAgeMilliseconds": level(900, 0.3, wrong=20),
    "IteratorAge": level(900, 0.3, wrong=20),
    "GetRecords.Records": flow(2),
    "IncomingRecords": flow(1),
    "IntegrationLatency": level(60),
    "Invocations": level(40, 0.1),
    "ItemsReturned": level(4_000, 0.1),
    "Latency": level(80, wrong=1.6),
    "MagneticStoreRejectedRecordCount": constant(0),
    "NumberOfMessagesDeleted": flow(0.02),
    "NumberOfMessagesSent": flow(0.02),
    "NumberOfObjects": heap(40, 12),
    "OnFailureDestinationDeliveredEventCount": constant(0),
    "ParseError": constant(0),
    "PartitionCountExceeded": constant(0),
    "PolledEventCount": flow(1),
    "ProvisioningAllowed": count(0.2),
    "ProvisioningRefused": count(0, wrong=1),
    "Queries": level(45, 0.1),
    "ReadProvisionedThroughputExceeded": constant(0),
    "ReadThrottleEvents": constant(0),
    "ReadingsAccepted": flow(0.3),
    "ReadingsArchived": flow(1),
    "ReadingsProcessed": flow(1),
    "ReadingsQuarantined": count(0, wrong=14),
    "ReadingsRefused": count(1, wrong=20),
    "RecordsRefused": count(0, wrong=6),
    "RequestsAccepted": flow(0.01),
    "RequestsRefused": count(0.3, wrong=3),
    "RuleMessageThrottled": constant(0),
    "Success": flow(0.2),
    "SucceedConversion.Records": flow(1),
    "SuccessfulRequestLatency": level(14, 0.2, wrong=1.5),
    "Throttles": constant(0),
    "TopicMatch": flow(0.2),
    "UnsignedAlerts": constant(0),
    "WriteProvisionedThroughputExceeded": constant(0),
    "WriteThrottleEvents": constant(0),
}
"""Shapes by metric name. Tests check that none is missing."""

STATISTICS = {"Maximum": 1.8, "p99": 3.2, "p50": 0.7, "SampleCount": 8}
"""Factors of statistics relative to the shape; all others have factor 1."""
SUMMED = {"Sum", "SampleCount"}
"""Statistics whose minutes are added."""
UNEQUAL = {"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits", "Duration", "Invocations", "NumberOfObjects"}
"""Metrics that differ much between resources."""
QUIET = {
    "ConsumedReadCapacityUnits": ("alert", "allowed"),
    "ConsumedWriteCapacityUnits": ("alert", "allowed"),
    "Invocations": ("presence", "provisioning", "replay", "rotation"),
}
"""Parts of the names of resources that do little, whatever the load."""
SELDOM = {"Errors"}
"""Incidents that affect only some resources."""
DEAD_LETTERS = "dead-letters"
"""Part of the name of a queue that is empty in a healthy pipeline."""


def series(name: str, of: str, statistic: str, per_minute: float) -> list[float]:
    """Return one value per minute. ``of`` are the metric's dimensions as text, to tell metrics of one name apart."""
    chance = Random(zlib.crc32(f"{name} {of}".encode()))  # noqa: S311 - example data
    factor = STATISTICS.get(statistic, 1)
    if name in UNEQUAL:
        factor *= chance.uniform(0.1, 1)
    if any(part in of for part in QUIET.get(name, ())):
        factor *= 0.02
    if name in SELDOM:
        factor *= chance.choice((0, 0, 1))
    shape = constant(0) if DEAD_LETTERS in of else SHAPES[name]
    return [shape(ShapePoint(at, per_minute, chance)) * factor for at in range(POINTS)]


def dimensions_text(dimensions: Mapping[str, str]) -> str:
    """Return the dimensions as `series` takes them."""
    return " ".join(f"{name} {value}" for name, value in sorted(dimensions.items()))


def together(values: Sequence[float], statistic: str) -> float:
    """Combine several minutes into one value."""
    if statistic in SUMMED:
        return sum(values)
    return fmean(values) if statistic == "Average" else max(values)
