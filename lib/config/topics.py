"""How topics of the settings relate: which names of devices a topic filter takes."""

from __future__ import annotations

DEVICE = "{device}"
"""Where a topic of the settings names the device."""


def device_level(topic_filter: str) -> int:
    """The level of a filter that names the device, counted from 1 as ``topic(n)`` does: that of its one wildcard."""
    return next(n for n, level in enumerate(topic_filter.split("/"), start=1) if level in ("+", "#"))


def is_telemetry(topic_filter: str, topic: str) -> bool:
    """Whether every device's ``topic`` is telemetry to the rule, whatever the device is called."""
    # No level of a filter can be this name.
    return _named_by(topic_filter, topic.replace(DEVICE, "any device")) is not None


def reserved_devices(topic_filter: str, topics: tuple[str, ...]) -> tuple[str, ...]:
    """Names that no device may have: one of its ``topics`` would be the telemetry of another device.

    With ``sensor/data/#`` and ``sensor/{device}/commands`` the command topic of a device called ``data`` is the
    telemetry topic of a device called ``commands``.
    """
    literal = {level for level in topic_filter.split("/") if level not in ("+", "#")}
    return tuple(
        sorted(
            name
            for name in literal
            if any(_named_by(topic_filter, topic.replace(DEVICE, name)) not in (None, name) for topic in topics)
        )
    )


def _named_by(topic_filter: str, topic: str) -> str | None:
    """The device that a message on ``topic`` is of; None where the filter does not take it.

    ``*`` at the end of ``topic`` stands for all levels below.
    """
    wanted, given = topic_filter.split("/"), topic.split("/")
    for index, level in enumerate(wanted):
        if index >= len(given):
            return None
        if level == "#" or given[index] == "*":
            break
        if level not in ("+", given[index]):
            return None
    else:
        if len(wanted) != len(given):
            return None
    place = device_level(topic_filter) - 1
    return given[place] if place < len(given) else "*"
