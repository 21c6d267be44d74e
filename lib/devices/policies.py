"""IoT policies: what a certificate may do once it is connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.iam import Statement, policy_json
from lib.devices.topics import THING

if TYPE_CHECKING:
    from lib.context import Context
    from lib.devices.topics import Topics

CLAIM_CLIENT_PREFIX = "provisioning-"
"""Client ids of claim connections; with any other one a claim certificate could push a device off its connection."""


def device_policy(context: Context, topics: Topics) -> str:
    """Connect as the thing that the certificate is attached to, and reach that thing's topics alone."""
    return policy_json(
        Statement(
            actions=("iot:Connect",),
            resources=(context.arn("iot", f"client/{THING}"),),
            conditions={"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
        ),
        _on_topics(context, "iot:Publish", "topic", topics.publish(THING)),
        _on_topics(context, "iot:Subscribe", "topicfilter", topics.receive(THING)),
        _on_topics(context, "iot:Receive", "topic", topics.receive(THING)),
    )


def claim_policy(context: Context, template: str) -> str:
    """Ask for a certificate and register it, nothing else: a claim certificate stands in every device of a series.

    Both ways to a certificate are open: from a signing request, where the key never leaves the device, and with a key
    made by IoT Core for devices that cannot make one.
    """
    requests = (
        "$aws/certificates/create-from-csr/json",
        "$aws/certificates/create/json",
        f"$aws/provisioning-templates/{template}/provision/json",
    )
    answers = tuple(f"{topic}/{answer}" for topic in requests for answer in ("accepted", "rejected"))
    return policy_json(
        Statement(actions=("iot:Connect",), resources=(context.arn("iot", f"client/{CLAIM_CLIENT_PREFIX}*"),)),
        _on_topics(context, "iot:Publish", "topic", requests),
        _on_topics(context, "iot:Subscribe", "topicfilter", answers),
        _on_topics(context, "iot:Receive", "topic", answers),
    )


def _on_topics(context: Context, action: str, kind: str, topics: tuple[str, ...]) -> Statement:
    return Statement(actions=(action,), resources=tuple(context.arn("iot", f"{kind}/{topic}") for topic in topics))
