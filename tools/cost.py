"""Write the tables of costs in README.md and docs/cost.md from the presets' plans: part of `make docs`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from lib.config import load_preset, presets
from ops.cost.estimate import Estimate, estimate
from ops.cost.levers import LoadedPlan
from ops.cost.plan import plan_of
from ops.cost.prices import prices_in, read_prices
from ops.cost.report import by_price

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "cost.md")
LEAST_DOLLARS = 1.0
"""Smaller lines of a preset's table are summed up."""
_BLOCK = re.compile(r"(<!-- costs of ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
OVERVIEW = "all"
"""The block with a line per preset; the others are named after their preset."""


def estimates() -> dict[str, Estimate]:
    """Each preset at its own load, one reading per message, at the prices of its region."""
    found, prices = {}, read_prices()
    for preset in presets():
        config = load_preset(preset)
        plan = LoadedPlan(config, plan_of(config, "docs"), config.load.readings_per_second, 1)
        found[preset] = estimate(plan, prices_in(config.region, prices))
    return found


def render(page: str, found: dict[str, Estimate]) -> str:
    """The page with its tables. Raises `KeyError` for a block of a preset that does not exist."""

    def block(match: re.Match[str]) -> str:
        body = _overview(found.values()) if match[2] == OVERVIEW else _preset(found[match[2]])
        return f"{match[1]}{_lines(body)}{match[3]}"

    return _BLOCK.sub(block, page)


def blocks(page: str) -> list[str]:
    """The names of the page's blocks."""
    return [match[2] for match in _BLOCK.finditer(page)]


def main() -> int:
    """Write the pages. With ``--check`` write nothing and return 1 if one is out of date."""
    check, stale = "--check" in sys.argv[1:], False
    found = estimates()
    for path in PAGES:
        page = path.read_text(encoding="utf-8")
        written = render(page, found)
        stale |= written != page
        if written != page and not check:
            path.write_text(written, encoding="utf-8")
        state = "unchanged" if written == page else "out of date" if check else "written"
        print(f"{path.relative_to(ROOT)}: {state}")
    return int(check and stale)


def _overview(found: Iterable[Estimate]) -> Iterator[str]:
    yield "| preset | readings/s | idle | after a month | after a year | a million readings |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for each in found:
        plan = each.deployment
        cells = (
            f"`{plan.config.preset}`",
            f"{plan.readings_per_second:,}",
            f"{each.idle.total:,.0f}",
            f"{each.month.total:,.0f}",
            f"{each.year.total:,.0f}",
            f"{each.per_million_readings:.2f}",
        )
        yield f"| {' | '.join(cells)} |"


def _preset(found: Estimate) -> Iterator[str]:
    yield "| what | quantity in a month | after a month | after a year |"
    yield "| --- | --- | --- | --- |"
    month, small = by_price(found.month), [0.0, 0.0]
    for name, (quantity, dollars) in by_price(found.year).items():
        earlier = month.get(name, (0.0, 0.0))[1]
        if dollars < LEAST_DOLLARS:
            small = [small[0] + earlier, small[1] + dollars]
            continue
        unit = found.prices.prices[name].unit
        yield f"| {name} | {quantity:,.0f} {unit} | {earlier:,.0f} | {dollars:,.0f} |"
    yield f"| the rest | | {small[0]:,.0f} | {small[1]:,.0f} |"
    yield f"| **total** | | **{found.month.total:,.0f}** | **{found.year.total:,.0f}** |"
    yield ""
    yield "What would save most:"
    yield ""
    for lever in found.levers:
        yield f"- {lever.saving:,.0f}: {lever.change}"


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
