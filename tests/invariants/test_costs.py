"""Every resource of every preset has a price, a reason to be free, or a reason to have no price."""

from __future__ import annotations

import pytest

from ops.cost.estimate import estimate
from ops.cost.items import UNKNOWN, Costs
from tests.conftest import PRESETS
from tests.support.costs import preset_deployment, us_prices


def costs(preset: str) -> Costs:
    return estimate(preset_deployment(preset), us_prices()).year


@pytest.mark.parametrize("preset", PRESETS)
def test_every_resource_is_priced_free_or_listed(preset: str) -> None:
    found = costs(preset)
    accounted = [*found.priced, *found.free, *found.unpriced]
    assert sorted(accounted) == sorted(resource.address for resource in preset_deployment(preset).plan.resources)
    assert {item.resource for item in found.items} <= set(found.priced)


@pytest.mark.parametrize("preset", PRESETS)
def test_nothing_of_a_preset_lacks_a_price(preset: str) -> None:
    found = costs(preset)
    assert UNKNOWN not in found.unpriced.values()
    assert found.unpriced == {}, "say in its part's describe() what the load makes it do"


@pytest.mark.parametrize("preset", PRESETS)
def test_every_described_use_belongs_to_a_resource(preset: str) -> None:
    plan = preset_deployment(preset).plan
    places = {place for resource in plan.resources for place in (resource.path, resource.path.rpartition("/")[0])}
    assert {use.of for use in plan.uses} <= places


@pytest.mark.parametrize("preset", PRESETS)
def test_levers_save_something_and_come_largest_first(preset: str) -> None:
    savings = [lever.saving for lever in estimate(preset_deployment(preset), us_prices()).levers]
    assert len(savings) == 3
    assert savings == sorted(savings, reverse=True)
    assert savings[-1] > 0


@pytest.mark.parametrize("preset", PRESETS)
def test_a_month_without_readings_costs_least(preset: str) -> None:
    found = estimate(preset_deployment(preset), us_prices())
    assert 0 < found.idle.total < found.month.total <= found.year.total
