"""Which topics a device has: its own, by its thing name, and no other."""

from __future__ import annotations

from dataclasses import dataclass

THING = "$${iot:Connection.Thing.ThingName}"
"""The connection's thing in an IoT policy; the second dollar keeps Terraform from reading it as its own."""


@dataclass(frozen=True)
class Topics:
    """Topics of one device. ``filter`` is the rule's, with its one wildcard where the device stands."""

    filter: str
    rule: str
    basic_ingest: bool

    @property
    def device_level(self) -> int:
        """The level of the topic that names the device, counted from 1 as ``topic(n)`` does."""
        return next(n for n, level in enumerate(self.filter.split("/"), start=1) if level in ("+", "#"))

    def data(self, device: str) -> str:
        """Where the device publishes its telemetry."""
        topic = "/".join(device if level in ("+", "#") else level for level in self.filter.split("/"))
        return f"$aws/rules/{self.rule}/{topic}" if self.basic_ingest else topic

    def publish(self, device: str) -> tuple[str, ...]:
        """All that a device may publish to: its data, its shadow, and the answers to its commands."""
        shadow = (f"$aws/things/{device}/shadow/{verb}" for verb in ("get", "update", "delete"))
        return (self.data(device), f"commands/{device}/response", *shadow)

    def receive(self, device: str) -> tuple[str, ...]:
        """All that a device may subscribe to: its commands, and what becomes of its shadow."""
        answers = (
            f"$aws/things/{device}/shadow/{verb}/{answer}"
            for verb in ("get", "update", "delete")
            for answer in ("accepted", "rejected")
        )
        return (f"commands/{device}", f"$aws/things/{device}/shadow/update/delta", *answers)
