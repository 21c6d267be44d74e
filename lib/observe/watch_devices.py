"""What is watched of the devices' way into the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.observe.alarm import Alarm
from lib.observe.watch_functions import function_alarms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.config import Config
    from lib.devices.connectivity import Connectivity
    from lib.devices.rule import TelemetryRule
    from lib.ingest.queue import Queue

QUEUE_AGE_SECONDS = 300


def device_alarms(connectivity: Connectivity, config: Config) -> Iterator[Alarm]:
    yield from rule_alarms(connectivity.rule)
    yield from function_alarms("provisioning-hook", connectivity.provisioning.hook, config)
    yield from function_alarms("presence", connectivity.presence.function, config)
    if connectivity.bridge:
        yield from function_alarms("bridge", connectivity.bridge.function, config)
        yield from queue_alarms("bridge", connectivity.bridge.queue)


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


def queue_alarms(name: str, queue: Queue) -> Iterator[Alarm]:
    yield Alarm(
        name=f"{name}-dead-letters",
        metric=queue.dead_letters_metric("ApproximateNumberOfMessagesVisible", "Maximum"),
        above=0,
        meaning=f"Messages failed all their tries and wait in the {name}'s dead-letter queue.",
    )
    yield Alarm(
        name=f"{name}-queue-age",
        metric=queue.metric("ApproximateAgeOfOldestMessage", "Maximum"),
        above=QUEUE_AGE_SECONDS,
        periods=2,
        meaning=f"The {name} falls behind its queue; see its errors, its throttles and its concurrency.",
    )
