"""Draw the alarms, active ones first, with their states from the example data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tools.dashboard.example import dimensions_text, series, together
from tools.dashboard.formula import evaluate
from tools.dashboard.sheet import Box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tools.dashboard.sheet import Sheet

MINUTE = 60
COLUMNS = 8
CHIP = 0.28
"""Inches: half a grid row, so that eight side by side and two above each other fill it."""
GAP = 0.05
COLORS = {True: ("#fdf3f1", "#d13212"), False: ("#f2f8f0", "#1d8102")}
"""Fill and text of active and of inactive alarms."""


def is_on(alarm: Mapping[str, Any], per_minute: float) -> bool:
    """Return whether the alarm is on: its last periods are all beyond the threshold."""
    formula, metrics = _watched(alarm)
    count, period = alarm["evaluation_periods"], next(iter(metrics.values()))["period"]
    periods = {id_: _periods(metric, count, per_minute) for id_, metric in metrics.items()}
    results = [evaluate(formula, {id_: values[at] for id_, values in periods.items()}, period) for at in range(count)]
    if alarm["comparison_operator"] == "GreaterThanThreshold":
        return all(result > alarm["threshold"] for result in results)
    return all(result < alarm["threshold"] for result in results)


def _watched(alarm: Mapping[str, Any]) -> tuple[str, dict[str, Mapping[str, Any]]]:
    """Return the formula and its metrics by id. For a single metric the formula is its id."""
    if "metric_query" in alarm:
        (formula,) = [query["expression"] for query in alarm["metric_query"] if "expression" in query]
        return formula, {query["id"]: query["metric"] for query in alarm["metric_query"] if "metric" in query}
    return "metric", {"metric": {**alarm, "stat": alarm.get("statistic") or alarm["extended_statistic"]}}


def _periods(metric: Mapping[str, Any], count: int, per_minute: float) -> list[float]:
    """Return the metric's last ``count`` periods, each as one value."""
    minutes = metric["period"] // MINUTE
    statistic = metric["stat"]
    values = series(metric["metric_name"], dimensions_text(metric["dimensions"]), statistic, per_minute)
    recent = values[-minutes * count :]
    return [together(recent[at : at + minutes], statistic) for at in range(0, len(recent), minutes)]


def draw_alarms(sheet: Sheet, box: Box, title: str, states: Mapping[str, bool]) -> None:
    """Draw the alarms. ``states`` says by name which are on."""
    on = sum(states.values())
    sheet.text(box.left + 0.1, box.top + 0.2, title, size=9.5, weight="bold")
    summary = f"{on} in alarm, {len(states) - on} OK"
    sheet.text(box.left + box.width - 0.1, box.top + 0.2, summary, size=8, ha="right")
    width = (box.width - 0.2) / COLUMNS
    for index, name in enumerate(sorted(states, key=lambda name: (not states[name], name))):
        fill, ink = COLORS[states[name]]
        row, column = divmod(index, COLUMNS)
        left, top = box.left + 0.1 + column * width, box.top + 0.4 + row * CHIP
        sheet.card(Box(left, top, width - GAP, CHIP - GAP), fill=fill, edge=ink, above=1)
        sheet.text(left + 0.06, top + (CHIP - GAP) / 2, name, size=6.6, color=ink)
