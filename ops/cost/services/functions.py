"""Lambda functions with their metrics and traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.cost.scene import SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

SAMPLED_PER_SECOND, SAMPLED_SHARE = 1, 0.05
"""Active tracing records the first request of a second and 5 % of the others (Lambda guide, X-Ray)."""
INCLUDED = "its use is charged to the function"


def _function(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    gigabytes = resource.values["memory_size"] / 1024
    for amount in scene.amounts(resource, "invocations"):
        calls = amount.per_second * SECONDS
        yield Quantity("lambda-request", calls)
        yield Quantity("lambda-arm-gb-second", calls * amount.milliseconds / 1000 * gigabytes)
        if amount.per_second:
            yield Quantity("custom-metric", amount.metrics)
        if resource.values["tracing_config"]["mode"] == "Active":
            traced = min(amount.per_second, SAMPLED_PER_SECOND)
            yield Quantity("xray-trace", (traced + (amount.per_second - traced) * SAMPLED_SHARE) * SECONDS)


PRICED = {"aws_lambda_function": _function}
FREE = {
    "aws_lambda_event_source_mapping": INCLUDED,
    "aws_lambda_layer_version": INCLUDED,
    "aws_lambda_permission": INCLUDED,
}
