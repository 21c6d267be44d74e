"""Alarms of the devices' connection to the transport."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lib.building.custom_metrics import own_metric
from lib.building.metric import Metric, MetricSource
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.context import Context


class WatchedRule(MetricSource, Protocol):
    """A topic rule. ``action`` is the type of its action: ``Kinesis`` or ``SQS``."""

    @property
    def action(self) -> str: ...

    def action_metric(self, name: str, action: str) -> Metric: ...


def presence_alarm(context: Context) -> Alarm:
    return Alarm(
        name="unsigned-presence-alerts",
        metric=own_metric(context, "presence", "UnsignedAlerts"),
        above=0,
        entry="unsigned-alerts",
        meaning="Alerts of offline devices were published without a signature. Receivers that check signatures "
        "reject them. Check that the signing secret has a current version.",
    )


def rule_alarms(rule: WatchedRule, name: str) -> Iterator[Alarm]:
    """Alarms of a topic rule called ``name``. All rules have the entries of the telemetry rule in the runbook."""
    yield Alarm(
        name=f"{name}-failed",
        entry="telemetry-rule-failed",
        metric=rule.action_metric("Failure", rule.action),
        above=0,
        meaning="The topic rule could not deliver messages. They are in no store until you redrive them from "
        "iot-errors/ in the on-failure bucket. Show the reason with: python -m ops dlq show --source rule.",
    )
    yield Alarm(
        name=f"{name}-lost",
        entry="telemetry-rule-lost",
        metric=rule.action_metric("ErrorActionFailure", "S3"),
        above=0,
        meaning="The topic rule and its error action both failed. The messages are lost unless their devices send "
        "them again. Check the rule's role, the on-failure bucket and the key.",
    )
    yield Alarm(
        name=f"{name}-unread",
        entry="telemetry-rule-unread",
        metric=rule.metric("ParseError"),
        above=0,
        meaning="The topic rule could not read messages. Its error action does not see them, so they are lost. "
        "Find the device and the reason in AWS IoT's own log.",
    )
    yield Alarm(
        name=f"{name}-throttled",
        entry="telemetry-rule-throttled",
        metric=rule.metric("RuleMessageThrottled"),
        above=0,
        meaning="AWS IoT throttled the topic rule: the account's quota is used up. Messages above the quota are "
        "lost. Look for the cause in the graph Messages at the topic rule.",
    )
