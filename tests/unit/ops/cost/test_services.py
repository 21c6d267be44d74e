"""Single resources are charged by their arguments and by what their parts say of their use."""

from __future__ import annotations

from typing import Any

import pytest

from lib.config import load_preset
from lib.usage import Amount, Use, traffic_of
from ops.cost.items import UNKNOWN, Costs, costs_of
from ops.cost.plan import PricedPlan, Resource
from ops.cost.services.lake import _runs_per_day
from tests.support.costs import us_prices

DAY = 86_400


def resource(kind: str, values: dict[str, Any], path: str = "Stack/part/it") -> Resource:
    return Resource(kind, path.replace("/", "-"), path, values)


def costs(*resources: Resource, uses: tuple[Use, ...] = (), readings: float = 10, days: float = 365) -> Costs:
    config = load_preset("manufacturing")
    traffic = traffic_of(config, readings_per_second=readings)
    return costs_of(PricedPlan(resources, uses), traffic, us_prices(), age_days=days)


def quantities(found: Costs) -> dict[str, float]:
    return {item.price: item.quantity for item in found.items}


def use(kind: Any, amount: Amount) -> Use:
    return Use(of="Stack/part", kind=kind, amount=lambda _: amount)


def bucket(**rule: Any) -> tuple[Resource, Resource]:
    held = resource("aws_s3_bucket", {"bucket": "b"})
    lifecycle = {"bucket": f"${{{held.address}.id}}", "rule": [rule]}
    return held, resource("aws_s3_bucket_lifecycle_configuration", lifecycle, "Stack/part/lifecycle")


def test_a_type_that_nobody_prices_is_listed() -> None:
    found = costs(resource("aws_quantum_ledger", {}))
    assert found.unpriced == {"aws_quantum_ledger.Stack-part-it": UNKNOWN}


@pytest.mark.parametrize(
    "made",
    [
        resource("aws_lambda_function", {"memory_size": 128, "tracing_config": {"mode": "Active"}}),
        resource("aws_dynamodb_table", {"point_in_time_recovery": {"enabled": True}}),
        resource("aws_sqs_queue", {}),
    ],
    ids=lambda made: made.kind,
)
def test_a_resource_without_a_described_use_is_listed(made: Resource) -> None:
    found = costs(made)
    assert "lib.part.PartDescription.uses" in found.unpriced[made.address]
    assert found.items == []


def test_an_index_is_written_and_stored_as_well() -> None:
    values = {"point_in_time_recovery": {"enabled": False}, "global_secondary_index": [{}]}
    written = use("writes", Amount(per_second=1, size=2_000, kept_days=10))
    found = quantities(costs(resource("aws_dynamodb_table", values), uses=(written,)))
    assert found["dynamodb-write-unit"] == pytest.approx(2 * 2 * 2_628_000)
    assert found["dynamodb-gb-month"] == pytest.approx(2 * 2_100 * 10 * DAY / 2**30)


def test_objects_are_stored_by_class_until_they_expire() -> None:
    moves = [{"days": 30, "storage_class": "STANDARD_IA"}, {"days": 90, "storage_class": "GLACIER"}]
    written = use("objects", Amount(per_second=1, size=2**20))
    found = quantities(costs(*bucket(transition=moves, expiration=[{"days": 100}]), uses=(written,)))
    per_day = DAY * 2**20 / 2**30
    assert found["s3-standard-gb-month"] == pytest.approx(30 * per_day)
    assert found["s3-standard-ia-gb-month"] == pytest.approx(60 * per_day)
    assert found["s3-glacier-gb-month"] == pytest.approx(10 * per_day)
    assert found["s3-glacier-transition"] == pytest.approx(2_628_000)


def test_small_objects_stay_in_their_class() -> None:
    moves = [{"days": 30, "storage_class": "GLACIER"}]
    written = use("objects", Amount(per_second=1, size=1_000))
    found = quantities(costs(*bucket(transition=moves), uses=(written,)))
    assert {name for name in found if name.startswith("s3")} == {"s3-put", "s3-standard-gb-month"}


@pytest.mark.parametrize(
    ("hours", "extended"), [(24, None), (168, 730 * 2)], ids=["a day is included", "a week is charged"]
)
def test_retention_above_a_day_is_charged_per_shard(hours: int, extended: int | None) -> None:
    mode = {"stream_mode": "PROVISIONED"}
    values = {"stream_mode_details": mode, "shard_count": 2, "retention_period": hours}
    found = quantities(costs(resource("aws_kinesis_stream", values)))
    assert found.get("kinesis-extended-shard-hour") == extended


def test_a_stream_on_demand_is_charged_by_volume() -> None:
    values = {"stream_mode_details": {"stream_mode": "ON_DEMAND"}, "retention_period": 24}
    found = quantities(costs(resource("aws_kinesis_stream", values)))
    assert found["kinesis-on-demand-hour"] == 730
    assert found["kinesis-on-demand-in-gb"] == pytest.approx(10 * 1024 * 2_628_000 / 2**30)
    assert found["kinesis-on-demand-out-gb"] == pytest.approx(10 * 250 * 2_628_000 / 2**30)


def test_an_alarm_on_metric_math_is_charged_per_metric() -> None:
    queries = [{"expression": "a / b"}, {"metric": {"name": "a"}}, {"metric": {"name": "b"}}]
    math = costs(resource("aws_cloudwatch_metric_alarm", {"metric_query": queries}))
    plain = costs(resource("aws_cloudwatch_metric_alarm", {"metric_name": "a"}))
    assert (quantities(math)["alarm-metric"], quantities(plain)["alarm-metric"]) == (2, 1)


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("cron(0 */6 * * ? *)", 4),
        ("cron(5 * * * ? *)", 24),
        ("cron(0,30 8-17 ? * MON-FRI *)", 20),
        ("cron(15 12 * * ? *)", 1),
        ("cron(0 2/8 * * ? *)", 3),
    ],
)
def test_a_crawler_runs_as_often_as_its_schedule_says(schedule: str, runs: int) -> None:
    assert _runs_per_day(schedule) == runs
