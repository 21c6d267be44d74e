"""The topics of a device: its own, by its thing name, and no others."""

from __future__ import annotations

from dataclasses import dataclass

from lambda_src.common.readings.sparkplug.topic import NAMESPACE
from lib.config import topics

THING = "$${iot:Connection.Thing.ThingName}"
"""The connection's thing in an IoT policy; the second dollar keeps Terraform from reading it as its own."""


@dataclass(frozen=True)
class RuleTopics:
    """What a topic rule selects. ``device_level`` is the level that names the sender, counted from 1 as ``topic(n)``
    does.
    """

    rule: str
    filter: str
    device_level: int


@dataclass(frozen=True, kw_only=True)
class Topics:
    """Topics of one device. ``filter`` is the rule's, with its one wildcard where the device stands.

    ``command`` and ``answers`` are templates with ``{device}``; an answer may end with ``/*``: everything below that
    device's own prefix.
    """

    filter: str
    rule: str
    basic_ingest: bool
    command: str
    answers: tuple[str, ...]
    sparkplug_group: str | None = None

    @property
    def device_level(self) -> int:
        """The level of the topic that names the device, counted from 1 as ``topic(n)`` does."""
        return topics.device_level(self.filter)

    @property
    def telemetry(self) -> RuleTopics:
        return RuleTopics(self.rule, self.filter, self.device_level)

    def sparkplug(self, rule: str) -> RuleTopics:
        """``spBv1.0/group/type/edge`` and ``…/device``; commands to edge nodes are among them.

        In AWS IoT ``#`` stands for at least one level, so the edge node must be below it and not beside it.
        """
        return RuleTopics(rule, f"{NAMESPACE}/{self.sparkplug_group}/+/#", 4)

    @property
    def reserved_devices(self) -> tuple[str, ...]:
        """Names that no device may have, because its topics would be another device's telemetry."""
        return topics.reserved_devices(self.filter, (self.command, *self.answers))

    def data(self, device: str) -> str:
        """Where the device publishes its telemetry."""
        topic = "/".join(device if level in ("+", "#") else level for level in self.filter.split("/"))
        return f"$aws/rules/{self.rule}/{topic}" if self.basic_ingest else topic

    def publish(self, device: str) -> tuple[str, ...]:
        """Everything that a device may publish to: its data, its shadow, and the answers to its commands."""
        shadow = (f"$aws/things/{device}/shadow/{verb}" for verb in ("get", "update", "delete"))
        answers = (topic.replace(topics.DEVICE, device) for topic in self.answers)
        return (self.data(device), *answers, *shadow, *self._sparkplug(device))

    def receive(self, device: str) -> tuple[str, ...]:
        """All that a device may subscribe to: its commands, and everything of its own shadow.

        The shadow's seven topics one by one would make the policy longer than IoT Core takes (2,048 characters).
        """
        own = (self.command.replace(topics.DEVICE, device), f"$aws/things/{device}/shadow/*")
        return own if self.sparkplug_group is None else (*own, f"{NAMESPACE}/{self.sparkplug_group}/NCMD/{device}")

    def _sparkplug(self, device: str) -> tuple[str, ...]:
        """Of an edge node and of the devices behind it, all types of messages.

        The types one by one would make the policy longer than IoT Core takes. ``*`` also stands for slashes, so the
        bridge reads no message whose topic has another form or edge node than its sender's.
        """
        if self.sparkplug_group is None:
            return ()
        group = f"{NAMESPACE}/{self.sparkplug_group}"
        return (f"{group}/N*/{device}", f"{group}/D*/{device}/*")
