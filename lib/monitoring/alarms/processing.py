"""Alarms of the readings themselves and of the runtime configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric, processor_metric
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.context import Context


def processing_alarms(context: Context) -> Iterator[Alarm]:
    yield Alarm(
        name="quarantine",
        metric=processor_metric(context, "ReadingsQuarantined"),
        above=0,
        meaning="Invalid readings arrived. They are in no store; the quarantine bucket keeps each with its reason. "
        "Count them by reason with: python -m ops quarantine list.",
    )
    yield Alarm(
        name="unsigned-alerts",
        metric=processor_metric(context, "UnsignedAlerts"),
        above=0,
        meaning="Alerts were published without a signature. Receivers that check signatures reject them. "
        "Check that the signing secret has a current version.",
    )
    most = context.config.alarms.anomalies_in_5_minutes
    if most is not None:
        yield Alarm(
            name="anomalies",
            metric=processor_metric(context, "AnomaliesDetected"),
            above=most,
            meaning=f"More than {most} anomalous readings arrived within 5 minutes. A machine may be at risk. "
            "Find device, sensor and value in the alerts of these minutes.",
        )


def config_alarm(name: str, context: Context) -> Alarm:
    """``name`` is a function that reports whether the runtime configuration is valid."""
    return Alarm(
        name=f"{name}-config-broken",
        metric=own_metric(context, name, "ConfigBroken", "Maximum"),
        above=0,
        entry="config-broken",
        meaning=f"The runtime configuration is invalid. {name} keeps using the last valid configuration, "
        f"so your change has no effect. Read the log of {name}, which names the key and the rule.",
    )
