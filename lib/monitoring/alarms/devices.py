"""What is watched of the devices' way into the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric
from lib.monitoring.alarms.alarm import Alarm
from lib.monitoring.alarms.queue import queue_alarms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.context import Context
    from lib.devices.connectivity import Connectivity
    from lib.devices.rule import TelemetryRule


def device_alarms(connectivity: Connectivity, context: Context) -> Iterator[Alarm]:
    yield from rule_alarms(connectivity.rule)
    yield Alarm(
        name="unsigned-presence-alerts",
        metric=own_metric(context, "presence", "UnsignedAlerts"),
        above=0,
        entry="unsigned-alerts",
        meaning="Alerts of silent devices went out without a signature: the signing secret has no value.",
    )
    if connectivity.bridge:
        yield from queue_alarms("bridge", connectivity.bridge.queue, consumer="bridge")


def rule_alarms(rule: TelemetryRule) -> Iterator[Alarm]:
    yield Alarm(
        name="telemetry-rule-failed",
        metric=rule.action_metric("Failure", rule.action),
        above=0,
        meaning="The topic rule could not deliver messages; they lie under iot-errors/ in the on-failure bucket.",
    )
    yield Alarm(
        name="telemetry-rule-lost",
        metric=rule.action_metric("ErrorActionFailure", "S3"),
        above=0,
        meaning="The rule's error action failed too, so messages are gone: look at its role, the bucket and the key.",
    )
    yield Alarm(
        name="telemetry-rule-throttled",
        metric=rule.metric("RuleMessageThrottled"),
        above=0,
        meaning="More messages than the account's rule engine takes: raise its quota, or pack readings.",
    )
