"""The subscriptions of a topic, from the settings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lib.config.operations import USUAL_STATES, protocol_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lib.config.operations import AlarmsConfig, AlertsConfig, AlertSubscriberConfig


@dataclass(frozen=True)
class Subscription:
    """``only`` maps message attributes to accepted values; empty, every message is delivered."""

    id: str
    endpoint: str
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def protocol(self) -> str:
        """As SNS names it."""
        return protocol_of(self.endpoint)


def of_alerts(settings: AlertsConfig) -> list[Subscription]:
    """An alert carries its severity and its state as message attributes."""
    usual = {"state": USUAL_STATES}
    short = [replace(each, only=usual) for each in _short(settings.emails)]
    return short + [Subscription(_id(each.endpoint), each.endpoint, _wanted(each)) for each in settings.subscribers]


def _wanted(subscriber: AlertSubscriberConfig) -> dict[str, Sequence[str]]:
    wanted: dict[str, Sequence[str]] = {"state": subscriber.states}
    return wanted | {"severity": subscriber.severities} if subscriber.severities else wanted


def of_alarms(settings: AlarmsConfig, only: Mapping[str, Sequence[str]] | None = None) -> list[Subscription]:
    """``only`` as in `Subscription`, for all of them."""
    named = [Subscription(_id(each.endpoint), each.endpoint) for each in settings.subscribers]
    return [replace(each, only=only or {}) for each in _short(settings.emails) + named]


def _short(emails: Iterable[str]) -> list[Subscription]:
    return [Subscription(f"email-{index}", email) for index, email in enumerate(emails)]


def _id(endpoint: str) -> str:
    # Not the index in the list: removing one subscriber must not make the others confirm again.
    return f"subscriber-{hashlib.sha256(endpoint.encode()).hexdigest()[:8]}"
