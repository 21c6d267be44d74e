"""What is watched of the HTTP front door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric
from lib.building.metric import rate, share
from lib.monitoring.alarms.alarm import Alarm
from lib.monitoring.alarms.functions import MILLISECONDS, failures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.api.api import Api
    from lib.context import Context

GATEWAY_SECONDS = 29
"""After this API Gateway answers 504 itself, whatever the function still does (API Gateway quotas)."""
LEAST_REQUESTS = 100
"""In five minutes; of fewer a percentage says nothing."""
TAKING = ("ingest-api", "process-api")
"""Functions that take readings, by the names under which they count them."""


def api_alarms(api: Api, context: Context) -> Iterator[Alarm]:
    config = context.config
    requests, most = api.metric("Count"), config.alarms.refused_percent
    failed, allowed = failures(api.metric("5XXError"), requests, config)
    answers = f"More than {allowed} % of the API's answers were 5xx" if allowed else "The API answered with a 5xx"
    yield Alarm(
        name="api-errors",
        metric=failed,
        above=allowed,
        meaning=f"{answers}: a function failed or took too long, or the transport refused; callers try again.",
    )
    yield Alarm(
        name="api-latency",
        metric=api.metric("Latency", "p99"),
        above=GATEWAY_SECONDS * MILLISECONDS * config.alarms.duration_percent / 100,
        periods=2,
        meaning=f"One request in a hundred comes near the {GATEWAY_SECONDS} s after which the gateway gives up.",
    )
    yield Alarm(
        name="api-refused",
        metric=rate(api.metric("4XXError"), requests, LEAST_REQUESTS),
        above=most,
        periods=2,
        meaning=f"More than {most} % of the requests were answered 4xx: not signed, not allowed, wrong or throttled.",
    )
    for name in TAKING:
        refused, accepted = (own_metric(context, name, f"Requests{how}") for how in ("Refused", "Accepted"))
        yield Alarm(
            name=f"{name}-requests-refused",
            metric=share(refused, accepted, LEAST_REQUESTS),
            above=most,
            periods=2,
            entry="requests-refused",
            meaning=f"More than {most} % of the requests to {name} had no valid reading: a caller sends nonsense.",
        )
