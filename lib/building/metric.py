"""CloudWatch metrics with the dimensions that they are published under, and what is reckoned from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Metric:
    """``statistic`` is CloudWatch's: Sum, Average, Maximum, p99, …"""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


@dataclass(frozen=True)
class Expression:
    """Metric math over ``metrics``.

    ``formula`` has each metric's name in braces; a dashboard's widget puts an id of its own there, since several
    expressions may share a widget. Names and ids are letters, digits and ``_`` and begin with a small letter.
    """

    formula: str
    metrics: Mapping[str, Metric]

    def text(self, prefix: str = "") -> str:
        """The formula with the metrics' ids: their names behind ``prefix``."""
        return self.formula.format_map({name: prefix + name for name in self.metrics})


def rate(part: Metric, whole: Metric, least: int = 1) -> Expression:
    """How much of ``whole`` is ``part``, in percent; 0 where a period has less than ``least`` of the whole.

    Both have to be published at the same times, zeros too: metric math knows no value where one of them is missing.
    """
    return Expression(f"IF({{whole}} >= {least}, 100 * {{part}} / {{whole}}, 0)", {"part": part, "whole": whole})


def share(part: Metric, rest: Metric, least: int = 1) -> Expression:
    """`rate` where the whole is what ``part`` and ``rest`` are together."""
    formula = f"IF({{part}} + {{rest}} >= {least}, 100 * {{part}} / ({{part}} + {{rest}}), 0)"
    return Expression(formula, {"part": part, "rest": rest})


def per_second(count: Metric) -> Expression:
    """A count a period as a count a second."""
    return Expression("{count} / PERIOD({count})", {"count": count})


def scaled(metric: Metric, factor: float) -> Expression:
    """The metric in another unit: ``factor`` 0.001 makes seconds of milliseconds."""
    return Expression(f"{{value}} * {factor:g}", {"value": metric})


def total(metrics: Sequence[Metric]) -> Expression:
    """All of them together; one without values counts as nothing."""
    named = {f"m{index}": metric for index, metric in enumerate(metrics)}
    return Expression(f"SUM([{', '.join(f'{{{name}}}' for name in named)}])", named)
