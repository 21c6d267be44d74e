"""Presets as `ops cost` calculates them, each synthesized once a session."""

from __future__ import annotations

from functools import cache

from lib.config import load_preset
from ops.cost.levers import LoadedPlan
from ops.cost.plan import plan_of
from ops.cost.prices import PriceList, prices_in, read_prices


@cache
def preset_deployment(preset: str) -> LoadedPlan:
    """The preset at its own load, one reading per message."""
    config = load_preset(preset)
    return LoadedPlan(config, plan_of(config, "test"), config.load.readings_per_second, 1)


def us_prices() -> PriceList:
    """The prices of us-east-1."""
    return prices_in("us-east-1", read_prices())
