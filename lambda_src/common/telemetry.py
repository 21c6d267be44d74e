"""Structured logs and metrics through Powertools: one logger and one set of metrics per function."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def logger(service: str) -> Logger:
    """Return the logger. It writes JSON lines to standard output; they never contain device content."""
    return Logger(service=service)


class Counters:
    """Counts as CloudWatch metrics in the embedded format, with the dimensions ``Environment`` and ``service``.

    ``aliases`` name counts that are also published under another name, with the dimension ``Environment`` and, if it
    is given, ``region``.
    """

    def __init__(
        self,
        *,
        namespace: str,
        service: str,
        environment: str,
        aliases: Mapping[str, str] | None = None,
        region: str = "",
    ) -> None:
        dimensions = {"Environment": environment}
        self._emf = AmazonCloudWatchEMFProvider(namespace=namespace, service=service, default_dimensions=dimensions)
        self._aliases = dict(aliases or {})
        self._aliased = AmazonCloudWatchEMFProvider(
            namespace=namespace, default_dimensions={**dimensions, **({"region": region} if region else {})}
        )

    def emit(self, counts: Mapping[str, int]) -> None:
        """Write all counts in one line, zeros too, because an alarm needs data."""
        for name, count in counts.items():
            self._emf.add_metric(name, MetricUnit.Count, count)
        self._emf.flush_metrics()
        named = {alias: counts[name] for name, alias in self._aliases.items() if name in counts}
        for alias, count in named.items():
            self._aliased.add_metric(alias, MetricUnit.Count, count)
        if named:
            self._aliased.flush_metrics()
