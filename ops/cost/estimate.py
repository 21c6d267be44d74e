"""One deployment's costs: at its load after a month and after a year, idle, and per million readings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ops.cost.items import MONTH_DAYS, YEAR_DAYS, costs_of
from ops.cost.levers import largest_levers
from ops.cost.scene import SECONDS

if TYPE_CHECKING:
    from ops.cost.items import Costs
    from ops.cost.levers import Lever, LoadedPlan
    from ops.cost.prices import PriceList

MILLION = 1_000_000


@dataclass(frozen=True)
class Estimate:
    """Dollars a month. ``year`` is the month in which most retentions have filled up, ``idle`` one without readings."""

    deployment: LoadedPlan
    prices: PriceList
    month: Costs
    year: Costs
    idle: Costs
    levers: list[Lever]

    @property
    def per_million_readings(self) -> float | None:
        """What a million readings add to the idle cost, kept for a year; None without readings."""
        readings = self.deployment.readings_per_second * SECONDS
        return (self.year.total - self.idle.total) / readings * MILLION if readings else None


def estimate(deployment: LoadedPlan, prices: PriceList) -> Estimate:
    """Calculate everything from one plan."""
    plan, traffic = deployment.plan, deployment.traffic
    idle = replace(deployment, readings_per_second=0.0).traffic
    return Estimate(
        deployment,
        prices,
        month=costs_of(plan, traffic, prices, age_days=MONTH_DAYS),
        year=costs_of(plan, traffic, prices, age_days=YEAR_DAYS),
        idle=costs_of(plan, idle, prices, age_days=YEAR_DAYS),
        levers=largest_levers(deployment, prices),
    )
