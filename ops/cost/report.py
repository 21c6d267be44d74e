"""The estimate for people and for programs."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from ops.printing import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.estimate import Estimate
    from ops.cost.items import Costs

SMALL = 0.005
"""Lines that round to no cent are left out of the table; the JSON has all."""


def as_values(found: Estimate) -> dict[str, Any]:
    """Everything as JSON values; dollars are not rounded."""
    deployment, prices = found.deployment, found.prices
    month = {(item.resource, item.price): item.dollars for item in found.month.items}
    return {
        "preset": deployment.config.preset,
        "region": deployment.config.region,
        "readings_per_second": deployment.readings_per_second,
        "readings_per_message": deployment.readings_per_message,
        "reading_bytes": deployment.config.load.reading_bytes,
        "prices": {"date": prices.date, "fetched": prices.fetched, "region": prices.region},
        "total": found.year.total,
        "after_month": found.month.total,
        "idle": found.idle.total,
        "per_million_readings": found.per_million_readings,
        "items": [
            {
                "resource": item.resource,
                "price": item.price,
                "unit": prices.prices[item.price].unit,
                "quantity": item.quantity,
                "dollars": item.dollars,
                "after_month": month.get((item.resource, item.price), 0.0),
            }
            for item in found.year.items
        ],
        "free": found.year.free,
        "unpriced": found.year.unpriced,
        "levers": [{"change": lever.change, "saving": lever.saving} for lever in found.levers],
    }


def lines(found: Estimate) -> Iterator[str]:
    """The table, the totals, what has no price, and the levers."""
    deployment, prices = found.deployment, found.prices
    load = deployment.config.load
    yield (
        f"{deployment.config.preset} in {deployment.config.region}: {deployment.readings_per_second:,g} readings per "
        f"second of {load.reading_bytes} bytes, {deployment.readings_per_message} per message"
    )
    yield _origin(found)
    yield ""
    yield table(("what", "quantity", "after a month", "after a year"), list(_rows(found)))
    yield ""
    yield f"Total per month: {found.month.total:,.2f} after a month, {found.year.total:,.2f} after a year."
    yield f"Idle: {found.idle.total:,.2f}."
    if found.per_million_readings is not None:
        yield f"A million readings, kept for a year: {found.per_million_readings:,.2f}."
    yield f"{len(found.year.priced)} resources are priced, {len(found.year.free)} cost nothing."
    for resource, reason in found.year.unpriced.items():
        yield f"Not priced: {resource}: {reason}"
    for lever in found.levers:
        yield f"Saves {lever.saving:,.2f}: {lever.change}"
    if region := (prices.region if prices.region != deployment.config.region else None):
        yield f"No prices are known for {deployment.config.region}: these are those of {region}."


def by_price(costs: Costs) -> dict[str, tuple[float, float]]:
    """Quantity and dollars of each price over all resources, dearest first."""
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for item in costs.items:
        sums[item.price][0] += item.quantity
        sums[item.price][1] += item.dollars
    return {name: (quantity, dollars) for name, (quantity, dollars) in sorted(sums.items(), key=lambda it: -it[1][1])}


def _origin(found: Estimate) -> str:
    how = "fetched from the public price list" if found.prices.fetched else "not fetched; see ops/cost/prices.toml"
    return f"Dollars per month at list prices of {found.prices.region} of {found.prices.date} ({how})"


def _rows(found: Estimate) -> Iterator[tuple[str, str, str, str]]:
    month, year = by_price(found.month), by_price(found.year)
    for name, (quantity, dollars) in year.items():
        if dollars >= SMALL:
            earlier = month.get(name, (0.0, 0.0))[1]
            yield f"{name}", f"{quantity:,.0f} {found.prices.prices[name].unit}", f"{earlier:,.2f}", f"{dollars:,.2f}"
