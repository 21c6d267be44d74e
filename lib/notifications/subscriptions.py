"""Who gets what a topic publishes, as the settings say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from lib.config import Config
    from lib.config.operations import AlarmsConfig, AlertsConfig


@dataclass(frozen=True)
class Subscription:
    """``only`` names message attributes with the values of which one must be there; empty, everything is delivered."""

    id: str
    endpoint: str
    only: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def protocol(self) -> str:
        """As SNS names it."""
        return "https" if self.endpoint.startswith("https://") else "email"


def of_alerts(settings: AlertsConfig) -> list[Subscription]:
    """An alert carries its severity as a message attribute."""
    return _short(settings.emails) + [
        Subscription(_id(each.endpoint), each.endpoint, {"severity": each.severities} if each.severities else {})
        for each in settings.subscribers
    ]


def of_alarms(settings: AlarmsConfig, only: Mapping[str, Sequence[str]] | None = None) -> list[Subscription]:
    """``only`` as in `Subscription`, for all of them."""
    named = [Subscription(_id(each.endpoint), each.endpoint) for each in settings.subscribers]
    return [replace(each, only=only or {}) for each in _short(settings.emails) + named]


def any_https(config: Config) -> bool:
    """Whether anything is posted, and so can come to be undeliverable."""
    return any(each.protocol == "https" for each in (*of_alerts(config.alerts), *of_alarms(config.alarms)))


def _short(emails: Iterable[str]) -> list[Subscription]:
    return [Subscription(f"email-{index}", email) for index, email in enumerate(emails)]


def _id(endpoint: str) -> str:
    # Not a place in the list: one that is taken out must not make the others confirm again.
    return f"subscriber-{hashlib.sha256(endpoint.encode()).hexdigest()[:8]}"
