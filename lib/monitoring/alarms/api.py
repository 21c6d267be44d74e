"""Alarms of the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.building.custom_metrics import own_metric
from lib.building.metric import MetricSource, rate, share
from lib.monitoring.alarms.alarm import Alarm
from lib.monitoring.alarms.functions import MILLISECONDS, failures

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.context import Context

GATEWAY_SECONDS = 29
"""API Gateway's integration timeout; after it the gateway answers 504 (API Gateway quotas)."""
LEAST_REQUESTS = 100
"""Requests in five minutes below which a percentage means too little for an alarm."""
TAKING = ("ingest-api", "process-api")
"""Functions that accept readings, by the service name in their metrics."""


def api_alarms(api: MetricSource, context: Context) -> Iterator[Alarm]:
    config = context.config
    requests, most = api.metric("Count"), config.alarms.refused_percent
    failed, allowed = failures(api.metric("5XXError"), requests, config)
    responses = f"More than {allowed} % of the API's responses were" if allowed else "The API sent"
    yield Alarm(
        name="api-errors",
        metric=failed,
        above=allowed,
        meaning=f"{responses} server errors (5xx). Callers must send these requests again. "
        "Count the responses by status in the API's access log.",
    )
    yield Alarm(
        name="api-latency",
        metric=api.metric("Latency", "p99"),
        above=GATEWAY_SECONDS * MILLISECONDS * config.alarms.duration_percent / 100,
        periods=2,
        meaning=f"1 % of the requests take almost {GATEWAY_SECONDS} seconds. "
        "Slower requests fail with status 504. Compare the response times in the dashboard row API.",
    )
    yield Alarm(
        name="api-refused",
        metric=rate(api.metric("4XXError"), requests, LEAST_REQUESTS),
        above=most,
        periods=2,
        meaning=f"More than {most} % of the requests got a client error (4xx). Nothing in them was accepted. "
        "Count the responses by status and caller in the API's access log.",
    )
    for name in TAKING:
        refused, accepted = (own_metric(context, name, f"Requests{how}") for how in ("Refused", "Accepted"))
        yield Alarm(
            name=f"{name}-requests-refused",
            metric=share(refused, accepted, LEAST_REQUESTS),
            above=most,
            periods=2,
            entry="requests-refused",
            meaning=f"More than {most} % of the requests to {name} had no valid reading. "
            f"Their readings are not stored. Find the reason in the log of {name} and tell the sender.",
        )
