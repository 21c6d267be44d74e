"""SQS queues and SNS topics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.cost.scene import SECONDS, Quantity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ops.cost.plan import Resource
    from ops.cost.scene import Scene

MESSAGES_PER_REQUEST = 10
"""What one receive or delete takes (SQS quotas)."""
EMPTY_RECEIVES_PER_SECOND = 5 / 20
"""An event source mapping starts with five pollers that wait 20 seconds each (Lambda guide, SQS)."""
DELIVERIES = {"email": "sns-email", "https": "sns-https"}
INCLUDED = "its messages are charged to the queue or topic"


def _queue(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    mappings = scene.plan.of_kind("aws_lambda_event_source_mapping")
    polled = any(each.refers_to(resource) for each in mappings)
    for amount in scene.amounts(resource, "messages"):
        received = amount.per_second / MESSAGES_PER_REQUEST
        waiting = max(received, EMPTY_RECEIVES_PER_SECOND) if polled else received
        yield Quantity("sqs-request", (amount.per_second + waiting + received) * SECONDS)


def _topic(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    for amount in scene.amounts(resource, "messages"):
        yield Quantity("sns-publish", amount.per_second * SECONDS)


def _subscription(resource: Resource, scene: Scene) -> Iterator[Quantity]:
    for amount in scene.amounts(resource, "messages"):
        yield Quantity(DELIVERIES[resource.values["protocol"]], amount.per_second * SECONDS)


PRICED = {"aws_sqs_queue": _queue, "aws_sns_topic": _topic, "aws_sns_topic_subscription": _subscription}
FREE = {"aws_sqs_queue_policy": INCLUDED, "aws_sns_topic_policy": INCLUDED}
