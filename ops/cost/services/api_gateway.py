"""API Gateway's REST API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.cost.scene import SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

METHOD_METRICS = 5
"""Detailed metrics are published per method: Count, Latency, IntegrationLatency, 4XXError and 5XXError."""
INCLUDED = "its requests are charged to the stage"


def _stage(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    for amount in scene.amounts(resource, "requests"):
        yield Quantity("api-request", amount.per_second * SECONDS)


def _method_settings(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    """CloudWatch bills detailed metrics as custom ones, in the hours in which there are requests."""
    detailed = resource.values["settings"]["metrics_enabled"] and scene.traffic.readings
    methods = len(scene.plan.of_kind("aws_api_gateway_method"))
    yield Quantity("custom-metric", methods * METHOD_METRICS if detailed else 0)


PRICED = {"aws_api_gateway_stage": _stage, "aws_api_gateway_method_settings": _method_settings}
FREE = {
    f"aws_api_gateway_{name}": INCLUDED
    for name in (
        "account",
        "deployment",
        "gateway_response",
        "integration",
        "integration_response",
        "method",
        "method_response",
        "model",
        "request_validator",
        "resource",
        "rest_api",
    )
} | {"aws_wafv2_web_acl_association": "the web ACL is charged where it is deployed"}
