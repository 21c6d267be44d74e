"""CloudWatch metrics with the dimensions that they are published under, and metric math over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Metric:
    """``statistic`` is CloudWatch's: Sum, Average, Maximum, p99, …"""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


class MetricSource(Protocol):
    """A resource that publishes metrics about itself."""

    def metric(self, name: str, statistic: str = "Sum") -> Metric: ...


@dataclass(frozen=True)
class Expression:
    """Metric math over ``metrics``.

    ``formula`` has each metric's name in braces. A dashboard widget replaces it by an id of its own, because several
    expressions may share a widget. Names and ids consist of letters, digits and ``_`` and start with a small letter.
    """

    formula: str
    metrics: Mapping[str, Metric]

    def text(self, prefix: str = "") -> str:
        """The formula with the metrics' ids: each name with ``prefix`` in front."""
        return self.formula.format_map({name: prefix + name for name in self.metrics})


def rate(part: Metric, whole: Metric, least: int = 1) -> Expression:
    """``part`` as a percentage of ``whole``; 0 for a period in which ``whole`` is below ``least``.

    Both metrics must be published at the same times, including zeros: metric math has no value where one is missing.
    """
    return Expression(f"IF({{whole}} >= {least}, 100 * {{part}} / {{whole}}, 0)", {"part": part, "whole": whole})


def share(part: Metric, rest: Metric, least: int = 1) -> Expression:
    """`rate` where the whole is the sum of ``part`` and ``rest``."""
    formula = f"IF({{part}} + {{rest}} >= {least}, 100 * {{part}} / ({{part}} + {{rest}}), 0)"
    return Expression(formula, {"part": part, "rest": rest})


def standstill(arriving: Metric, handled: Metric) -> Expression:
    """1 for a period in which something arrived and nothing was handled, else 0; a missing value counts as 0.

    Whoever has stopped publishes no metric at all, so what is missing must count.
    """
    formula = "IF(FILL({arriving}, 0) > 0 AND FILL({handled}, 0) < 1, 1, 0)"
    return Expression(formula, {"arriving": arriving, "handled": handled})


def per_second(count: Metric) -> Expression:
    """A count per period as a count per second."""
    return Expression("{count} / PERIOD({count})", {"count": count})


def scaled(metric: Metric, factor: float) -> Expression:
    """The metric in another unit: ``factor`` 0.001 converts milliseconds to seconds."""
    return Expression(f"{{value}} * {factor:g}", {"value": metric})


def total(metrics: Sequence[Metric]) -> Expression:
    """The sum of all metrics; a metric without values counts as 0."""
    named = {f"m{index}": metric for index, metric in enumerate(metrics)}
    return Expression(f"SUM([{', '.join(f'{{{name}}}' for name in named)}])", named)
