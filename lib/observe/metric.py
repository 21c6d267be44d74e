"""A CloudWatch metric with the dimensions that it is published under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Metric:
    """``statistic`` is CloudWatch's: Sum, Average, Maximum, p99, …"""

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str

    def widget(self, label: str | None = None) -> list[object]:
        """The metric as a dashboard's JSON takes it."""
        pairs = [part for pair in sorted(self.dimensions.items()) for part in pair]
        options: dict[str, object] = {"stat": self.statistic}
        if label:
            options["label"] = label
        return [self.namespace, self.name, *pairs, options]
