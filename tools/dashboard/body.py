"""Read a dashboard's body and add example data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.dashboard.example import dimensions_text, series, together
from tools.dashboard.formula import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

DAY_SECONDS = 86_400
DAYS = 14


@dataclass(frozen=True)
class Shown:
    """A line of a graph, or a number with its sparkline."""

    label: str
    values: list[float]
    right: bool


@dataclass(frozen=True)
class _Queried:
    """A metric of a widget: its id, statistic and values."""

    statistic: str
    values: list[float]


def shown(properties: Mapping[str, Any], per_minute: float) -> list[Shown]:
    """Return what a metric widget shows, in order. ``per_minute`` is the number of readings per minute."""
    entries: list[list[Any]] = properties["metrics"]
    period: int = properties["period"]
    queried = dict(_queried(entries, per_minute, period))
    whole = bool(properties.get("setPeriodToTimeRange"))
    if whole:
        period *= max((len(metric.values) for metric in queried.values()), default=1)
        queried = {
            id_: _Queried(metric.statistic, [together(metric.values, metric.statistic)])
            for id_, metric in queried.items()
        }
    return [
        Shown(entry[-1]["label"], _values(entry[-1], str(index), queried, period), entry[-1].get("yAxis") == "right")
        for index, entry in enumerate(entries)
        if entry[-1].get("visible", True)
    ]


def _queried(entries: Sequence[list[Any]], per_minute: float, period: int) -> Iterator[tuple[str, _Queried]]:
    """Return the metrics by id, or by index if they have none."""
    for index, entry in enumerate(entries):
        options = entry[-1]
        if "expression" not in options:
            dimensions = dict(zip(entry[2:-1:2], entry[3:-1:2], strict=True))
            values = series(entry[1], dimensions_text(dimensions), options["stat"], per_minute)
            if period >= DAY_SECONDS:
                values = [values[day * (len(values) - 1) // DAYS] for day in range(DAYS + 1)]
            yield options.get("id", str(index)), _Queried(options["stat"], values)


def _values(options: Mapping[str, Any], index: str, queried: Mapping[str, _Queried], period: int) -> list[float]:
    if "expression" not in options:
        return queried[options.get("id", index)].values
    named = {id_: metric.values for id_, metric in queried.items() if not id_.isdigit()}
    times = len(next(iter(named.values())))
    return [
        evaluate(options["expression"], {id_: values[at] for id_, values in named.items()}, period)
        for at in range(times)
    ]
