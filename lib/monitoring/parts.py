"""What a deployment consists of, by the names that its alarms and its dashboard use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lib.building.function import Function
    from lib.ingest.queue import Queue
    from lib.notifications.undelivered import Undelivered
    from lib.store.table import Table
    from lib.tap_stack import TapStack


def functions(stack: TapStack) -> dict[str, Function]:
    """Every function that the deployment has."""
    found = {"processor": stack.processor.function, "secret-rotation": stack.alerting.secret.rotation}
    if stack.replay:
        found["replay"] = stack.replay.function
    if stack.lake:
        found["archive-transform"] = stack.lake.transform
    if stack.api:
        found |= {f"{name}-api": function for name, function in stack.api.functions.items()}
    if stack.connectivity:
        found["provisioning-hook"] = stack.connectivity.provisioning.hook
        found["presence"] = stack.connectivity.presence.function
        if stack.connectivity.bridge:
            found["bridge"] = stack.connectivity.bridge.function
    return found


def tables(stack: TapStack) -> dict[str, Table]:
    """Every table that the deployment has."""
    found = {**stack.stores.tables(), "alerts": stack.alerting.table}
    if stack.api:
        found["requests"] = stack.api.requests
    if stack.connectivity:
        found["allowed-devices"] = stack.connectivity.allowed
    return found


def queues(stack: TapStack) -> dict[str, Queue]:
    """Every queue that the deployment has, each with its dead letters."""
    found = {}
    if stack.transport.queue:
        found["ingest"] = stack.transport.queue
    if stack.connectivity and stack.connectivity.bridge:
        found["bridge"] = stack.connectivity.bridge.queue
    return found


def undelivered(stack: TapStack) -> dict[str, Undelivered]:
    """By topic, where what its subscribers did not take waits."""
    topics = {"alerts": stack.alerting.topic, "alarms": stack.alarm_topic}
    if stack.stores.series and stack.stores.series.aggregates:
        topics["aggregates"] = stack.stores.series.aggregates.topic
    return {name: topic.undelivered for name, topic in topics.items() if topic.undelivered}
