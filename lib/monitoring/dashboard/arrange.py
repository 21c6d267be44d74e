"""Brings the rows and numbers of a deployment's parts together."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lib.monitoring.dashboard.widgets import DashboardRow, Graph, Number


def arranged_rows(rows: Iterable[DashboardRow]) -> list[DashboardRow]:
    """One row per title, by section and then in the given order; graphs of one title share their lines."""
    merged: dict[str, DashboardRow] = {}
    for row in rows:
        known = merged.get(row.title)
        merged[row.title] = replace(known, graphs=_merged((*known.graphs, *row.graphs))) if known else row
    return sorted(merged.values(), key=lambda row: row.section)


def _merged(graphs: Sequence[Graph]) -> tuple[Graph, ...]:
    merged: dict[str, Graph] = {}
    for graph in graphs:
        known = merged.get(graph.title)
        merged[graph.title] = replace(known, lines=(*known.lines, *graph.lines)) if known else graph
    return tuple(merged.values())


def arranged_numbers(numbers: Iterable[Number]) -> list[Number]:
    """One number per title with all of its lines, in the given order."""
    merged: dict[str, Number] = {}
    for number in numbers:
        known = merged.get(number.title)
        merged[number.title] = replace(known, lines=(*known.lines, *number.lines)) if known else number
    return list(merged.values())
