"""What would save most, and how much: the plan or the load is changed and calculated again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lib.usage import of_kind, traffic_of
from ops.cost.items import YEAR_DAYS, costs_of
from ops.cost.plan import PricedPlan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lib.config import Config
    from lib.usage import Traffic
    from ops.cost.plan import Resource
    from ops.cost.prices import PriceList

PACKED = 20
"""Readings in a message that a sender collects, as the first lever assumes."""
SHOWN = 3
STREAM, TIMESTREAM = "aws_kinesis_stream", "aws_timestreamwrite_table"


@dataclass(frozen=True)
class LoadedPlan:
    """A plan with its settings and its load."""

    config: Config
    plan: PricedPlan
    readings_per_second: float
    readings_per_message: int

    @property
    def traffic(self) -> Traffic:
        return traffic_of(
            self.config,
            readings_per_second=self.readings_per_second,
            readings_per_message=self.readings_per_message,
        )


@dataclass(frozen=True)
class Lever:
    """A change that saves ``saving`` dollars in the last month of the first year."""

    change: str
    saving: float


@dataclass(frozen=True)
class _Option:
    """A change, which deployments can make it, and what they are after it."""

    words: str
    possible: Callable[[LoadedPlan], bool]
    change: Callable[[LoadedPlan], LoadedPlan]


def largest_levers(deployment: LoadedPlan, prices: PriceList) -> list[Lever]:
    """The changes that save most, largest first."""

    def total(changed: LoadedPlan) -> float:
        return costs_of(changed.plan, changed.traffic, prices, age_days=YEAR_DAYS).total

    whole = total(deployment)
    possible = (option for option in _OPTIONS if option.possible(deployment))
    levers = [Lever(option.words, whole - total(option.change(deployment))) for option in possible]
    return sorted((each for each in levers if each.saving > 0), key=lambda each: -each.saving)[:SHOWN]


def _without(is_left_out: Callable[[Resource], bool]) -> Callable[[LoadedPlan], LoadedPlan]:
    return lambda deployment: replace(deployment, plan=deployment.plan.without(is_left_out))


def _below(*parts: str) -> Callable[[Resource], bool]:
    """Whether a resource belongs to one of these constructs directly below the stack."""
    return lambda resource: resource.path.split("/")[1] in parts


def _with(kind: str, *path: str, value: object) -> Callable[[LoadedPlan], LoadedPlan]:
    """The deployment with another argument of all resources of one kind."""

    def set_at(values: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
        first, *rest = keys
        return {**values, first: set_at(values[first], tuple(rest)) if rest else value}

    return lambda deployment: replace(deployment, plan=deployment.plan.changed(kind, lambda it: set_at(it, path)))


def _basic_ingest(deployment: LoadedPlan) -> LoadedPlan:
    """Basic Ingest takes the broker's messaging charge away; rules and actions stay."""
    (rule,) = deployment.plan.of_kind("aws_iot_topic_rule")
    of_rule = of_kind(deployment.plan.uses, rule.path, "requests")
    uses = [use for use in deployment.plan.uses if use not in of_rule]
    return replace(deployment, plan=PricedPlan(deployment.plan.resources, uses))


_OPTIONS = (
    _Option(
        f"let senders put {PACKED} readings into one message",
        lambda it: it.readings_per_message < PACKED,
        lambda it: replace(it, readings_per_message=PACKED),
    ),
    _Option(
        "[timestream] enabled = false: the history is then only in S3",
        lambda it: it.config.timestream.enabled,
        _without(lambda resource: resource.kind.startswith("aws_timestream")),
    ),
    _Option(
        "[timestream] memory_hours = 1: later readings are written to the magnetic store",
        lambda it: it.config.timestream.enabled,
        _with(TIMESTREAM, "retention_properties", "memory_store_retention_period_in_hours", value=1),
    ),
    _Option(
        "[archive] enabled = false: the original bytes are then not kept",
        lambda it: it.config.archive.enabled,
        _without(_below("archive", "raw")),
    ),
    _Option(
        "[lake] enabled = false: no Parquet and no SQL",
        lambda it: it.config.lake.enabled,
        _without(_below("lake")),
    ),
    _Option(
        "[processed] enabled = false: evaluated readings are then not archived",
        lambda it: it.config.processed.enabled,
        _without(_below("processed")),
    ),
    _Option(
        "[devices] basic_ingest = true: nobody else can then subscribe to the telemetry",
        lambda it: it.config.devices.enabled and not it.config.devices.basic_ingest,
        _basic_ingest,
    ),
    _Option(
        "[stream] retention_hours = 24",
        lambda it: it.config.stream.retention_hours > 24,
        _with(STREAM, "retention_period", value=24),
    ),
    _Option(
        "[stream] shard_metrics = false",
        lambda it: it.config.stream.shard_metrics,
        _with(STREAM, "shard_level_metrics", value=()),
    ),
    _Option(
        "[tables] raw = false: messages are then not kept as they came",
        lambda it: it.config.tables.raw,
        _without(_below("messages")),
    ),
)
