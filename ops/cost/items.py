"""A month's cost of every resource of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from lambda_src.common.discovery import offered
from ops.cost import services
from ops.cost.scene import Scene, UndescribedUseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lib.usage import Traffic
    from ops.cost.plan import PricedPlan, Resource
    from ops.cost.prices import PriceList
    from ops.cost.scene import Quantity

MONTH_DAYS, YEAR_DAYS = 365 / 12, 365.0
"""Ages of a deployment: after a month the stores are filling up, after a year most retentions are full."""
UNKNOWN = "no module of ops/cost/services prices this type"


@dataclass(frozen=True)
class CostItem:
    """One price of one resource in a month."""

    resource: str
    price: str
    quantity: float
    dollars: float


@dataclass(frozen=True)
class Costs:
    """``free`` and ``unpriced`` map resources to the reason. Every resource of the plan is in ``priced`` or in them."""

    items: list[CostItem]
    priced: list[str]
    free: dict[str, str]
    unpriced: dict[str, str]

    @property
    def total(self) -> float:
        return sum(item.dollars for item in self.items)


def costs_of(plan: PricedPlan, traffic: Traffic, prices: PriceList, *, age_days: float) -> Costs:
    """The cost of the plan's resources in the month that ends at ``age_days``."""
    scene = Scene(plan=plan, traffic=traffic, age_days=age_days)
    costs = Costs([], [], {}, {})
    for resource in plan.resources:
        _add(costs, resource, scene, prices)
    return costs


def _add(costs: Costs, resource: Resource, scene: Scene, prices: PriceList) -> None:
    if reason := _reasons("FREE").get(resource.kind):
        costs.free[resource.address] = reason
        return
    charge = _pricers().get(resource.kind)
    if charge is None:
        costs.unpriced[resource.address] = _reasons("UNPRICED").get(resource.kind, UNKNOWN)
        return
    try:
        charges = list(charge(resource, scene))
    except UndescribedUseError as error:
        costs.unpriced[resource.address] = str(error)
        return
    costs.priced.append(resource.address)
    costs.items.extend(
        CostItem(resource.address, each.price, each.quantity, prices.of(each.price, each.quantity))
        for each in charges
        if each.quantity
    )


@cache
def _pricers() -> Mapping[str, Callable[[Resource, Scene], Iterable[Quantity]]]:
    return {kind: charge for found in offered(services, "PRICED") for kind, charge in found.items()}


@cache
def _reasons(name: str) -> Mapping[str, str]:
    return {kind: reason for found in offered(services, name) for kind, reason in found.items()}
