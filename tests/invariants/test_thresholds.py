"""Alarms go off where the settings of a preset say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lib.config import load_preset
from tests.support.metrics import of_alarm

if TYPE_CHECKING:
    from lib.config import Config
    from tests.support.synth import Synthesized


def config_of(stack: Synthesized) -> Config:
    return load_preset(stack.document["output"]["preset"]["value"])


def named(stack: Synthesized, ending: str) -> list[dict[str, Any]]:
    alarms = stack.all("aws_cloudwatch_metric_alarm").values()
    return [alarm for alarm in alarms if alarm["alarm_name"].removesuffix("-test").endswith(ending)]


def test_failed_runs_count_one_by_one_or_as_a_rate(stack: Synthesized) -> None:
    percent = config_of(stack).alarms.error_percent
    alarms = [alarm for alarm in named(stack, "-errors") if "iot-api-" not in alarm["alarm_name"]]
    assert len(alarms) == len(stack.all("aws_lambda_function"))
    for alarm in alarms:
        watched = [metric.name for metric in of_alarm(alarm)]
        assert (watched, alarm["threshold"]) == (
            (["Errors"], 0) if percent is None else (["Errors", "Invocations"], percent)
        )


def test_throughput_is_high_above_the_stated_load_or_limit(stack: Synthesized) -> None:
    load, stated = config_of(stack).load, config_of(stack).alarms.records_per_minute
    shards = [stream["shard_count"] for stream in stack.all("aws_kinesis_stream").values()]
    per_minute = load.readings_per_second * (100 + load.headroom_percent) * 60 / 100
    per_minute = stated or min([per_minute, *(count * 1_000 * 60 * 80 / 100 for count in shards)])
    alarms = named(stack, "stream-high-throughput")
    assert len(alarms) == len(stack.all("aws_kinesis_stream"))
    assert [(alarm["threshold"], alarm["period"]) for alarm in alarms] == [(per_minute, 60)] * len(alarms)


def test_a_delivery_is_late_after_the_stated_time(stack: Synthesized) -> None:
    alarms = named(stack, "-freshness")
    assert len(alarms) == len(stack.all("aws_kinesis_firehose_delivery_stream"))
    assert {alarm["threshold"] for alarm in alarms} <= {config_of(stack).alarms.freshness_seconds}


def test_rates_of_requests_need_a_hundred_of_them(stack: Synthesized) -> None:
    for alarm in named(stack, "refused"):
        if "metric_query" in alarm:
            (formula,) = [query["expression"] for query in alarm["metric_query"] if "expression" in query]
            assert ">= 100," in formula
            assert alarm["threshold"] == config_of(stack).alarms.refused_percent
