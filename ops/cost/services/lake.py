"""Athena and Glue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ops.cost.scene import HOURS, SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

TB = 2**40
CRAWL_DPU_HOURS = 2 * 10 / 60
"""A crawl of few new folders: two processing units for the ten minutes that are billed at least (Glue pricing page)."""
CATALOG = "the first million objects of the Data Catalog cost nothing"


def _workgroup(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    for amount in scene.amounts(resource, "queries"):
        yield Quantity("athena-tb", amount.per_second * amount.size * SECONDS / TB)


def _crawler(resource: Resource, _: Scene) -> Iterator[Quantity]:
    yield Quantity("glue-crawler-hour", _runs_per_day(resource.values["schedule"]) * HOURS / 24 * CRAWL_DPU_HOURS)


def _runs_per_day(schedule: str) -> int:
    """How often a schedule is due on a day on which it is due at all."""
    minutes, hours = schedule.removeprefix("cron(").split()[:2]
    return _count(minutes, 60) * _count(hours, 24)


def _count(field: str, size: int) -> int:
    """How many of ``size`` values a field of a cron expression names."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        bounds = [int(number) for number in re.findall(r"\d+", span)]
        first = bounds[0] if bounds else 0
        last = bounds[1] if len(bounds) > 1 else first if bounds and not step else size - 1
        found |= set(range(first, last + 1, int(step or 1)))
    return len(found)


PRICED = {"aws_athena_workgroup": _workgroup, "aws_glue_crawler": _crawler}
FREE = {
    "aws_athena_named_query": "only a query that runs is charged",
    "aws_glue_catalog_database": CATALOG,
    "aws_glue_catalog_table": CATALOG,
    "aws_glue_security_configuration": CATALOG,
}
