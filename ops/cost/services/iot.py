"""IoT Core: messages, rules, connections."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from ops.cost.scene import SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

MESSAGE_BYTES = 5 * 1024
"""A message counts in started units of 5 KB (IoT Core pricing page)."""
REGISTRY = "the registry's entries cost nothing; operations on it are few"


def _rule(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    actions = sum(len(resource.values.get(action) or ()) for action in ("kinesis", "sqs"))
    for amount in scene.optional(resource, "requests"):
        yield Quantity("iot-message", amount.per_second * max(1, ceil(amount.size / MESSAGE_BYTES)) * SECONDS)
    for amount in scene.amounts(resource, "messages"):
        yield Quantity("iot-rule", amount.per_second * max(1, ceil(amount.size / MESSAGE_BYTES)) * SECONDS)
        yield Quantity("iot-action", amount.per_second * actions * SECONDS)
    # Every sensor counts as a device that stays connected.
    yield Quantity("iot-connection-minute", scene.traffic.sensors * SECONDS / 60)


PRICED = {"aws_iot_topic_rule": _rule}
FREE = {
    "aws_iot_policy": REGISTRY,
    "aws_iot_provisioning_template": REGISTRY,
    "aws_iot_thing": REGISTRY,
    "aws_iot_thing_group": REGISTRY,
    "aws_iot_thing_group_membership": REGISTRY,
    "aws_iot_thing_type": REGISTRY,
}
