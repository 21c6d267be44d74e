"""What is watched of the readings themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric, processor_metric
from lib.monitoring.alarms.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lib.context import Context

CONFIGURED = ("processor", "ingest-api", "process-api", "query-api")
"""Functions that count whether they can read the runtime configuration. The replay does not: it runs when a person
starts it, and reads the same parameter.
"""


def processing_alarms(context: Context) -> Iterator[Alarm]:
    yield Alarm(
        name="quarantine",
        metric=processor_metric(context, "ReadingsQuarantined"),
        above=0,
        meaning="Readings could not be accepted; each lies with its reason in the quarantine bucket.",
    )
    yield Alarm(
        name="unsigned-alerts",
        metric=processor_metric(context, "UnsignedAlerts"),
        above=0,
        meaning="Alerts went out without a signature: the signing secret has no value, so its rotation failed.",
    )
    most = context.config.alarms.anomalies_in_5_minutes
    if most is not None:
        yield Alarm(
            name="anomalies",
            metric=processor_metric(context, "AnomaliesDetected"),
            above=most,
            meaning=f"More than {most} anomalous readings within five minutes: look at the machines.",
        )


def config_alarms(context: Context, functions: Iterable[str]) -> Iterator[Alarm]:
    """``functions``: those that there are."""
    for name in functions:
        if name in CONFIGURED:
            yield Alarm(
                name=f"{name}-config-broken",
                metric=own_metric(context, name, "ConfigBroken", "Maximum"),
                above=0,
                entry="config-broken",
                meaning=f"{name} cannot read the runtime configuration and works on with the last good one.",
            )
