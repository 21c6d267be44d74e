"""What the load makes the API do, for `ops cost`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lib.usage import Amount, Use

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.function import Function
    from lib.store.table import Table
    from lib.usage import Traffic

INGEST_MS, QUERY_MS = 60.0, 80.0
INGEST_METRICS, QUERY_METRICS = 5, 2
"""Durations of a request with few readings and of a query of one page, and the metrics that the functions publish."""
ANSWER_BYTES = 600
ANSWER_DAYS = 1
LOG_LINE_BYTES = 400


def api_uses(functions: Mapping[str, Function], requests: Table, stage_path: str) -> list[Use]:
    """The uses of the functions named ingest, process and query, of the table of requests and of the stage."""
    return [
        functions["ingest"].use(_sent),
        functions["process"].use(),
        functions["query"].use(_queried),
        requests.write_use(_answers),
        Use(of=stage_path, kind="requests", amount=_requests),
    ]


def _sent(traffic: Traffic) -> Amount:
    requests = traffic.messages if traffic.entrypoint == "api" else 0.0
    return Amount(per_second=requests, milliseconds=INGEST_MS, metrics=INGEST_METRICS)


def _queried(traffic: Traffic) -> Amount:
    return Amount(per_second=traffic.queries, milliseconds=QUERY_MS, metrics=QUERY_METRICS)


def _answers(traffic: Traffic) -> Amount:
    """A request is written twice: when it arrives, and with its answer."""
    return Amount(per_second=2 * _sent(traffic).per_second, size=ANSWER_BYTES, kept_days=ANSWER_DAYS)


def _requests(traffic: Traffic) -> Amount:
    """Each leaves one line in the access log."""
    return Amount(per_second=_sent(traffic).per_second + traffic.queries, size=LOG_LINE_BYTES)
