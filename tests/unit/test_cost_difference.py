"""The difference of two costs names the totals and what changed most."""

from __future__ import annotations

from typing import Any

from tools.cost_difference import SHOWN, difference


def costs(**prices: float) -> dict[str, Any]:
    items = [{"price": name, "dollars": dollars / 2} for name, dollars in prices.items() for _ in range(2)]
    return {"total": sum(prices.values()), "items": items}


def test_the_totals_and_the_largest_changes_are_named() -> None:
    lines = list(difference(costs(a=10, b=5, gone=1), costs(a=12.5, b=5, new=0.5)))
    assert lines[1] == "Monthly cost after a year: 16.00 → 18.00 dollars (+2.00)."
    assert lines[2:] == ["- a: +2.50", "- gone: -1.00", "- new: +0.50"]


def test_no_more_than_the_largest_changes_are_listed() -> None:
    after = {f"p{number}": float(number + 1) for number in range(20)}
    assert len(list(difference(costs(), costs(**after)))) == 2 + SHOWN


def test_without_a_change_only_the_totals_stand() -> None:
    assert len(list(difference(costs(a=1), costs(a=1)))) == 2
