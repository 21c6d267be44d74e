"""Up to which moment everything has been processed, from what CloudWatch reports by then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.presence.progress import Progress, StreamSource
from tests.unit.functions.fakes import client_error

MINUTE = 60_000
NOW = 29_400_000 * MINUTE


class Metrics:
    """CloudWatch with values by the minute before now; pages hold ``page`` results."""

    def __init__(self, page: int = 10, **series: dict[int, float]) -> None:
        self.series = series
        self.page = page

    def get_metric_data(self, **request: Any) -> Any:
        ids = [query["Id"] for query in request["MetricDataQueries"]]
        start = int(request.get("NextToken", "0"))
        results = [
            {
                "Id": id_,
                "Timestamps": [
                    datetime.fromtimestamp((NOW - m * MINUTE) / 1000, UTC) for m in self.series.get(id_, {})
                ],
                "Values": list(self.series.get(id_, {}).values()),
            }
            for id_ in ids[start : start + self.page]
        ]
        more = {"NextToken": str(start + self.page)} if start + self.page < len(ids) else {}
        return {"MetricDataResults": results} | more


def until(client: Any, *, queues: tuple[str, ...] = ()) -> int | None:
    """Minutes before now; None if it is not known."""
    progress = Progress(client, StreamSource("iot", "processor"), queues, fresh_ms=4 * MINUTE)
    found = progress.processed_until(NOW)
    return None if found is None else (NOW - found) // MINUTE


STEADY = dict.fromkeys(range(2, 30), 100.0)


@pytest.mark.parametrize(
    ("age", "incoming", "expected"),
    [
        (dict.fromkeys(range(2, 30), 900.0), STEADY, 0),
        (dict.fromkeys(range(3, 30), 900.0), STEADY, 0),
        (dict.fromkeys(range(7, 30), 900.0), STEADY, 7),
        (dict.fromkeys(range(7, 30), 900.0), {8: 100.0, 9: 100.0}, 0),
        ({2: 6.0 * MINUTE, 3: 5.0 * MINUTE}, STEADY, 8),
        ({}, STEADY, None),
        ({}, {}, 0),
        ({}, {5: 0.0}, 0),
    ],
    ids=[
        "steady",
        "the age comes a minute later",
        "the processor stands still",
        "nothing comes in",
        "it catches up",
        "it has stood still for hours",
        "a plant that is switched off",
        "zero records",
    ],
)
def test_the_processor_is_as_far_as_its_metrics_say(age, incoming, expected):
    assert until(Metrics(age=age, incoming=incoming)) == expected


@pytest.mark.parametrize(
    ("age_s", "expected"),
    [({}, 0), ({2: 20.0}, 0), ({2: 360.0, 3: 300.0}, 8), ({90: 5000.0}, 0)],
    ids=["empty", "busy", "stands still", "was emptied long ago"],
)
def test_a_queue_before_the_stream_holds_back_as_well(age_s, expected):
    client = Metrics(age=STEADY, incoming=STEADY, queue0=age_s)

    assert until(client, queues=("bridge",)) == expected


def test_the_slowest_part_counts_on_every_page_of_metrics():
    client = Metrics(1, age={2: 6.0 * MINUTE}, incoming=STEADY, queue0={}, queue1={2: 1200.0})

    assert until(client, queues=("one", "two")) == 22


def test_metrics_that_cannot_be_read_are_a_temporary_failure():
    class Throttled:
        def get_metric_data(self, **_request: Any) -> Any:
            raise client_error("Throttling")

    with pytest.raises(TemporaryFailureError):
        until(Throttled())
