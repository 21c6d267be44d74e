"""The topic that every CloudWatch alarm notifies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.notifications.subscriptions import of_alarms
from lib.notifications.topic import Topic

if TYPE_CHECKING:
    from constructs import Construct

    from lib.context import Context
    from lib.security.key import Key


def build_alarm_topic(scope: Construct, *, context: Context, key: Key) -> Topic:
    """A topic with the subscribers that the settings name under ``alarms``."""
    subscriptions = of_alarms(context.config.alarms)
    return Topic(scope, "alarms", context=context, key=key, subscriptions=subscriptions, from_alarms=True)
