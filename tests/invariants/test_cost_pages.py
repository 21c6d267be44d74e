"""The tables of costs in README.md and docs/cost.md are those of the presets' plans."""

from __future__ import annotations

import pytest

from ops.cost.estimate import Estimate, estimate
from ops.cost.prices import prices_in, read_prices
from tests.conftest import PRESETS
from tests.support.costs import preset_deployment
from tools.cost import OVERVIEW, PAGES, blocks, render


def found() -> dict[str, Estimate]:
    prices = read_prices()
    plans = {preset: preset_deployment(preset) for preset in PRESETS}
    return {preset: estimate(plan, prices_in(plan.config.region, prices)) for preset, plan in plans.items()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_tables_of_costs_are_up_to_date(page) -> None:
    text = page.read_text(encoding="utf-8")
    assert OVERVIEW in blocks(text)
    assert render(text, found()) == text, "run 'make docs'"


def test_the_page_of_costs_has_every_preset() -> None:
    page = next(page for page in PAGES if page.name == "cost.md")
    assert sorted(blocks(page.read_text(encoding="utf-8"))) == sorted([OVERVIEW, *PRESETS])
