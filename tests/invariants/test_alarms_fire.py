"""Each alarm can fire, and what it does without its metric is deliberate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lib.config import Config, ConfigError, load, load_preset, presets, throughput_limit
from lib.config.sizing import SHARD_RECORDS_PER_SECOND, shard_count
from tests.support.metrics import of_alarm

if TYPE_CHECKING:
    from tests.support.synth import Synthesized

ABSENT_IS_FINE = {
    "AWS/ApiGateway": {"4XXError", "5XXError", "Count", "Latency"},
    "AWS/DynamoDB": {"ReadThrottleEvents", "WriteThrottleEvents"},
    "AWS/Firehose": {"PartitionCountExceeded"},
    "AWS/IoT": {"ErrorActionFailure", "Failure", "ParseError", "RuleMessageThrottled"},
    "AWS/Kinesis": {"IncomingRecords", "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"},
    "AWS/Lambda": {
        "DestinationDeliveryFailures",
        "DroppedEventCount",
        "Duration",
        "Errors",
        "Invocations",
        "OnFailureDestinationDeliveredEventCount",
        "Throttles",
    },
    "AWS/SQS": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
    "AWS/Timestream": {"MagneticStoreRejectedRecordCount"},
}
"""Metrics that are published whenever what they count happens: without one it did not happen. Our own are such, too."""
STANDSTILL = {
    "IteratorAge": "stream-unread",
    "DeliveryToS3.DataFreshness": "{}-stopped",
    "DeliveryToS3.Success": "{}-stopped",
    "ExecuteProcessing.Success": "{}-stopped",
    "FailedConversion.Records": "{}-stopped",
}
"""Metrics that are also missing when whoever publishes them has stopped, and the alarm that notices it."""
FEWEST_ALARMS = {
    "complete": 80,
    "factory-floor": 45,
    "manufacturing": 25,
    "plant-monitoring": 48,
    "sensor-analytics": 50,
    "serverless-api": 40,
}


def preset_of(stack: Synthesized) -> str:
    name: str = stack.document["output"]["preset"]["value"]
    return name


def alarms_of(stack: Synthesized) -> dict[str, dict[str, Any]]:
    """By their names without project and suffix; fails where there are fewer than the preset must have."""
    alarms = stack.all("aws_cloudwatch_metric_alarm").values()
    named = {alarm["alarm_name"].removeprefix("iot-").removesuffix("-test"): alarm for alarm in alarms}
    assert len(named) >= FEWEST_ALARMS[preset_of(stack)]
    return named


def test_missing_data_is_fine_or_another_alarm_notices_the_standstill(stack: Synthesized) -> None:
    alarms = alarms_of(stack)
    for name, alarm in alarms.items():
        assert alarm["treat_missing_data"] == "notBreaching"
        for metric in of_alarm(alarm):
            if not metric.namespace.startswith("AWS/") or metric.name in ABSENT_IS_FINE.get(metric.namespace, ()):
                continue
            if metric.name == "DeliveryToS3.Records":
                assert name.endswith("-stopped")
                continue
            assert STANDSTILL[metric.name].format(name.partition("-")[0]) in alarms, (name, metric.name)


def test_an_alarm_for_a_standstill_counts_missing_values_as_zero(stack: Synthesized) -> None:
    alarms = {name: alarm for name, alarm in alarms_of(stack).items() if name.endswith(("-stopped", "-unread"))}
    streams, deliveries = (
        len(stack.all(f"aws_{kind}")) for kind in ("kinesis_stream", "kinesis_firehose_delivery_stream")
    )
    stopped = [name for name in alarms if name.endswith("-stopped")]
    assert (len(stopped), "stream-unread" in alarms) == (deliveries, streams == 1)
    for name in [*stopped, *(["stream-unread"] if streams else [])]:
        queries = alarms[name]["metric_query"]
        (formula,) = [query["expression"] for query in queries if "expression" in query]
        assert formula.count("FILL(") == sum("metric" in query for query in queries) == 2


def test_the_processor_is_watched_by_its_own_age(stack: Synthesized) -> None:
    found = [of_alarm(alarm)[0] for name, alarm in alarms_of(stack).items() if name == "stream-iterator-age"]
    assert len(found) == len(stack.all("aws_kinesis_stream"))
    for metric in found:
        assert (metric.namespace, metric.name, set(metric.of)) == ("AWS/Lambda", "IteratorAge", {"FunctionName"})


def test_every_limit_is_one_that_the_metric_can_pass(stack: Synthesized) -> None:
    config = load_preset(preset_of(stack))
    reachable = {
        "IteratorAge": config.stream.retention_hours * 3_600_000,
        "DeliveryToS3.DataFreshness": config.stream.retention_hours * 3_600,
        "ApproximateAgeOfOldestMessage": 4 * 86_400,
        "Latency": 29_000,
        "Duration": 900_000,
    }
    for name, alarm in alarms_of(stack).items():
        if "metric_query" in alarm:
            (formula,) = [query["expression"] for query in alarm["metric_query"] if "expression" in query]
            most = 100 if "100 *" in formula else 1
            assert alarm["threshold"] < most, name
            continue
        (metric,) = of_alarm(alarm)
        if alarm["comparison_operator"] == "LessThanThreshold":
            assert alarm["threshold"] > 0, name
        elif metric.name == "IncomingRecords" and config.stream.mode == "provisioned":
            assert alarm["threshold"] < shard_count(config) * SHARD_RECORDS_PER_SECOND * alarm["period"], name
        elif metric.name in reachable:
            assert alarm["threshold"] < reachable[metric.name], name


@pytest.mark.parametrize("preset", presets())
def test_high_throughput_is_said_before_the_stream_throttles(preset: str) -> None:
    config = load_preset(preset)
    for per_second in (1, 500, 999, 1_000, 10_000, 123_456):
        for headroom in (0, 50, 1_000):
            sized: Config = msgspec.structs.replace(
                config,
                load=msgspec.structs.replace(config.load, readings_per_second=per_second, headroom_percent=headroom),
            )
            assert throughput_limit(sized) <= shard_count(sized) * SHARD_RECORDS_PER_SECOND * 0.8


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"alarms": {"iterator_age_seconds": 86_400}}, "alarms.iterator_age_seconds=86400: allowed is less than"),
        ({"alarms": {"freshness_seconds": 90_000}}, "alarms.freshness_seconds=90000: allowed is less than"),
        (
            {"stream": {"shards": 1}, "alarms": {"records_per_minute": 60_000}},
            "alarms.records_per_minute=60000: allowed is less than the shards take (60,000 a minute)",
        ),
    ],
)
def test_a_limit_that_nothing_can_pass_is_refused(values: dict[str, Any], line: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load.checked({"preset": "manufacturing", **values}, "x.toml")
    assert str(refused.value).startswith(f"x.toml: {line}")
