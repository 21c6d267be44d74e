"""The estimate agrees with calculations by hand, at us-east-1's prices of AWS's public pages.

`manufacturing` at 10,000 readings of 250 bytes per second, one per message; a month has 730 hours, which is 2,628,000
seconds and 26,280,000,000 readings; a GB has 2^30 bytes.
"""

from __future__ import annotations

from functools import cache

import pytest

from ops.cost.estimate import Estimate, estimate
from ops.cost.report import by_price
from tests.support.costs import preset_deployment, us_prices

READINGS = 26_280_000_000
GB = 1_073_741_824
BY_HAND = {
    # 10,000 readings a second and half of it as headroom are 15 shards of 1,000 records a second; 0.015 per shard hour.
    "kinesis-shard-hour": 15 * 730 * 0.015,
    # A record of 250 bytes is one unit of 25 KB; 0.014 per million units.
    "kinesis-put-unit": READINGS / 1e6 * 0.014,
    # Each of 15 shards gives a batch every 10 seconds; 0.20 per million requests.
    "lambda-request": 15 / 10 * 2_628_000 / 1e6 * 0.20,
    # 6,667 readings a batch of 0.45 ms each and 50 ms besides, with 0.5 GB; 0.0000133334 per GB-second on arm64.
    "lambda-arm-gb-second": 15 / 10 * 2_628_000 * (0.05 + 10_000 / 1.5 * 0.00045) * 0.5 * 0.0000133334,
    # Each record counts as 5 KB; 0.029 per GB.
    "firehose-gb": READINGS * 5 * 1024 / GB * 0.029,
    # 100 records of 70 bytes are a call of 7 units of 1 KB; 0.50 per million units.
    "timestream-write": READINGS / 100 * 7 / 1e6 * 0.50,
    # A day of readings of 70 bytes stays in memory; 0.036 per GB-hour.
    "timestream-memory-gb-hour": 10_000 * 86_400 * 70 / GB * 730 * 0.036,
    # The 364 days before it are on magnetic disks after a year; 0.03 per GB-month.
    "timestream-magnetic-gb-month": 10_000 * 86_400 * 70 * 364 / GB * 0.03,
}


@cache
def found() -> Estimate:
    return estimate(preset_deployment("manufacturing"), us_prices())


@pytest.mark.parametrize("price", BY_HAND)
def test_the_estimate_agrees_with_a_calculation_by_hand(price: str) -> None:
    assert by_price(found().year)[price][1] == pytest.approx(BY_HAND[price], rel=0.02)


def test_after_a_month_only_a_month_is_stored() -> None:
    days = 365 / 12 - 1
    expected = 10_000 * 86_400 * 70 * days / GB * 0.03
    assert by_price(found().month)["timestream-magnetic-gb-month"][1] == pytest.approx(expected, rel=0.02)
    assert "s3-glacier-gb-month" not in by_price(found().month)


def test_a_full_message_divides_what_counts_per_record() -> None:
    deployment = preset_deployment("manufacturing")
    packed = estimate(type(deployment)(deployment.config, deployment.plan, 10_000, 20), us_prices())
    for price in ("firehose-gb", "kinesis-put-unit"):
        one, twenty = by_price(found().year)[price][1], by_price(packed.year)[price][1]
        assert twenty == pytest.approx(one / 20, rel=0.02)


def test_an_idle_deployment_pays_for_what_stands() -> None:
    assert {name for name, (_, dollars) in by_price(found().idle).items() if dollars} == {
        "kinesis-shard-hour",
        "alarm-metric",
        "dashboard",
        "kms-key",
        "secret",
        "sns-publish",
    }
