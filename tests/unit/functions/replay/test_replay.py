"""The replay's entry: what it stores again, what it answers, and what it leaves alone."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from lambda_src.common.aws import clients
from lambda_src.common.aws.retry import ATTEMPTS
from lambda_src.common.thresholds import Threshold
from lambda_src.common.transport.records import encode_reading, readings_record
from lambda_src.processor.replay import handle
from tests.support.stored_runs import readings_between
from tests.unit.functions.factories import NOW_MS, lambda_context, reading
from tests.unit.functions.fakes import client_error

DAY_MS = 86_400_000


def event(*records):
    """An event of records, each a list of readings of one device."""
    return {
        "records": [
            {
                "data_base64": b64encode(
                    readings_record(each[0].device_id, each[-1].arrived_ms, list(map(encode_reading, each)))
                ).decode(),
                "arrived_ms": each[-1].arrived_ms,
                "id": f"record-{index}",
            }
            for index, each in enumerate(records)
        ]
    }


def series(count=3, **changes):
    return [
        reading(timestamp_ms=NOW_MS + n * 1000, arrived_ms=NOW_MS + n * 1000 + 40, value=float(n), **changes)
        for n in range(count)
    ]


def replay(*records, **left):
    return handle(event(*records), lambda_context(**left))


def stored(runs):
    return readings_between(runs(), NOW_MS - DAY_MS, NOW_MS + DAY_MS)


def test_readings_are_stored_with_the_arrival_that_they_had(runs):
    answer = replay(series(), series(device_id="press-2"))

    assert answer["failed"] == []
    assert answer["refused"] == {}
    assert answer["counts"]["ReadingsProcessed"] == 6
    assert [(r.device_id, r.value) for r in stored(runs)] == [
        (device, float(n)) for n in range(3) for device in ("press-1", "press-2")
    ]
    assert {item["arrived_ms"]["N"] for item in runs()} == {str(NOW_MS + 2040)}


def test_a_repetition_changes_nothing(runs):
    def without_judgement():
        return [{name: value for name, value in item.items() if name != "judged_ms"} for item in runs()]

    replay(series(), series(device_id="press-2"))
    before = without_judgement()
    replay(series(), series(device_id="press-2"))

    assert without_judgement() == before


@pytest.mark.parametrize("batches", [[10], [3, 7], [1] * 10], ids=["one", "two", "each"])
def test_new_thresholds_give_new_verdicts_however_batches_are_split(runs, deployed, configure, batches):
    deployed(thresholds={"temperature": Threshold(max=7)})
    configure()
    replay(series(10))
    assert [r.value for r in stored(runs) if r.is_anomaly] == [8.0, 9.0]

    deployed(thresholds={"temperature": Threshold(max=4)})
    configure()
    left = series(10)
    for size in batches:
        replay(left[:size])
        left = left[size:]

    assert [r.value for r in stored(runs)] == [float(n) for n in range(10)]
    assert [r.value for r in stored(runs) if r.is_anomaly] == [5.0, 6.0, 7.0, 8.0, 9.0]


def test_what_would_expire_at_once_is_not_written(runs, configure):
    configure(readings_days=1)

    assert replay(series())["failed"] == []
    assert runs() == []


def test_temporary_failures_are_reported_and_everything_else_is_done(dynamo):
    dynamo.script = [{0}] * ATTEMPTS

    answer = replay(series(device_id="press-1"), series(device_id="press-2"))

    assert answer["failed"] == ["record-0"]
    assert answer["counts"]["ReadingsProcessed"] == 3
    assert {key[0] for key in dynamo.items} == {"press-2"}


def test_a_newer_state_of_a_device_stays(dynamo):
    replay(series(5))
    before = dynamo.device()
    dynamo.calls.clear()
    replay(series(3))

    assert dynamo.device() == before
    assert "batch_execute_statement" not in dynamo.calls


def test_a_device_that_was_forgotten_gets_its_state_back(dynamo):
    replay(series(3))

    assert dynamo.device()["last_seen_ms"] == {"N": str(NOW_MS + 2000)}


def test_what_is_refused_is_counted_and_goes_nowhere(aws, timestream):
    timestream.retention_start_ms = NOW_MS
    before = reading(timestamp_ms=NOW_MS - 1)
    contradiction = [reading(value=1.0), reading(value=2.0)]

    answer = replay([before, *contradiction])

    assert answer["failed"] == []
    assert answer["refused"] == {"rejected_by_timestream": 1, "conflict": 1}
    assert clients.s3().list_buckets()["Buckets"] == []


def test_a_replay_into_timestream_writes_the_rows_that_are_there(timestream):
    replay(series(5))
    before = dict(timestream.rows)

    assert replay(series(2), series(5))["refused"] == {}
    assert timestream.rows == before


def test_what_only_a_deployment_mends_is_raised(dynamo):
    dynamo.script = [client_error("AccessDeniedException")]

    with pytest.raises(Exception, match="AccessDenied"):
        replay(series())


def test_it_counts_under_its_own_name(runs, capsys):
    replay(series())

    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line)
    assert metrics["service"] == "replay"
    assert metrics["ReadingsProcessed"] == [3.0]
