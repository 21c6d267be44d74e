"""Judged readings over HTTP: each once, in order, as it was sent."""

from __future__ import annotations

import pytest

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.readings.decode import decode
from lambda_src.common.runs import SPAN_MS
from lambda_src.processor.judge import NORMAL
from lambda_src.processor.record import Entry
from lambda_src.query_api.processed import RunPages
from tests.unit.functions.factories import NOW_MS, body, entry, hot, record
from tests.unit.functions.query.deployment import DAY_MS, PAST_MS, ask, at, every_item, found, refused, store, values


def test_a_reading_is_returned_with_everything_known(deployed):
    store([hot(PAST_MS, value=25.5, unit="C", arrived_ms=PAST_MS + 40)])

    page = found(ask(device_id="press-1"))

    assert page == {
        "items": [
            {
                "device_id": "press-1",
                "sensor_type": "temperature",
                "timestamp_ms": PAST_MS,
                "timestamp": "2025-11-20T20:05:45.000Z",
                "value": 25.5,
                "is_anomaly": True,
                "arrived_ms": PAST_MS + 40,
                "unit": "C",
                "celsius": 25.5,
                "fahrenheit": 77.9,
                "production_line": "line-1",
            }
        ],
        "count": 1,
        "next_token": None,
    }


def test_what_a_reading_does_not_have_is_left_out(deployed):
    store(at(0, sensor_type="vibration", production_line=None))

    (item,) = found(ask(device_id="press-1"))["items"]

    assert item.keys() == {
        "device_id",
        "sensor_type",
        "timestamp_ms",
        "timestamp",
        "value",
        "is_anomaly",
        "arrived_ms",
    }


def test_numbers_come_back_as_the_numbers_that_were_sent(deployed):
    sent = [25.5, 0.0, -40.0, 1e-130, -9.99e125, 1 / 3, 123456789012345680.0, 5e15]
    store([entry(timestamp_ms=PAST_MS + n, value=value) for n, value in enumerate(sent)])

    answer = ask(device_id="press-1")

    assert values(found(answer)["items"]) == sent
    assert '"value":"' not in answer["body"]


def test_minus_zero_is_zero_from_the_beginning(deployed):
    (reading,) = decode(body(value=-0.0, timestamp=PAST_MS / 1000), arrived_ms=NOW_MS).readings
    store([Entry(reading, NORMAL, record(b""), 0, None)])

    assert '"value":0.0,' in ask(device_id="press-1")["body"]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_one_sensor_alone(deployed, order):
    store([e for name in ("humidity", "temperature", "zeta") for e in at(*range(10), sensor_type=name)])

    items = every_item(device_id="press-1", sensor_type="Temperature", order=order, limit=4)

    assert [item["sensor_type"] for item in items] == ["temperature"] * 10
    assert sorted(values(items)) == [float(n) for n in range(10)]


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_a_run_that_starts_before_the_period_is_cut(deployed, order):
    store(at(0, 1000, SPAN_MS - 1, SPAN_MS))

    items = every_item(device_id="press-1", from_=PAST_MS + 1000, to=PAST_MS + SPAN_MS, order=order, limit=1)

    assert sorted(values(items)) == [1000.0, SPAN_MS - 1.0]


def test_a_query_without_a_range_means_the_last_24_hours(deployed):
    store([entry(timestamp_ms=NOW_MS - DAY_MS + n, value=float(n)) for n in (-1, 0)])
    store([entry(timestamp_ms=NOW_MS + n, value=float(10 + n)) for n in (-1, 0)])

    assert values(every_item(device_id="press-1")) == [0.0, 9.0]


def test_a_date_means_that_day_in_utc(deployed):
    midnight = NOW_MS // DAY_MS * DAY_MS
    store([entry(timestamp_ms=midnight + n, value=float(n)) for n in (-DAY_MS - 1, -DAY_MS, -1, 0)])

    assert values(every_item(device_id="press-1", event_date="2025-11-20")) == [float(-DAY_MS), -1.0]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (f"{PAST_MS + 1}", f"{PAST_MS + 3}"),
        ("2025-11-20T20:05:45.001Z", "2025-11-20T21:05:45.003+01:00"),
        (f"{(PAST_MS + 1) / 1000:.3f}", f"{(PAST_MS + 3) / 1000:.3f}"),
    ],
)
def test_times_are_iso_seconds_or_milliseconds(deployed, start, end):
    store(at(*range(5)))

    assert values(every_item(device_id="press-1", from_=start, to=end)) == [1.0, 2.0]


@pytest.mark.parametrize(("start", "end"), [("0", "9999-12-31T23:59:59Z"), ("0001-01-01T00:00:00Z", "9" * 15)])
def test_a_range_may_be_as_wide_as_time(deployed, start, end):
    store([entry(timestamp_ms=ms, value=1.0) for ms in (946_684_800_000, PAST_MS)])

    assert len(every_item(device_id="press-1", from_=start, to=end)) == 2


@pytest.mark.parametrize(
    "range_",
    [
        {"event_date": "0001-01-01"},
        {"event_date": "9999-12-31"},
        {"from_": "0", "to": "1"},
        {"from_": 9**14, "to": 9**15},
    ],
)
def test_a_range_beyond_all_readings_is_an_empty_page(deployed, range_):
    store(at(0))

    assert found(ask(device_id="press-1", **range_)) == {"items": [], "count": 0, "next_token": None}


def test_a_device_that_never_sent_anything_is_an_empty_page(deployed):
    assert found(ask(device_id="press-9"))["items"] == []


def test_a_failing_table_is_503_where_it_may_pass(deployed, monkeypatch):
    def throttled(*_):
        raise TemporaryFailureError("throttled")

    monkeypatch.setattr(RunPages, "page", throttled)

    answer = ask(device_id="press-1")

    assert refused(answer, 503) == "try_again"
    assert answer["headers"]["Retry-After"] == "1"


def test_a_quality_other_than_good_and_metadata_are_returned(deployed):
    store(at(0, quality="bad", metadata={"Batch": "A1", "batch": 7}))
    store(at(1, quality="good"))

    first, second = found(ask(device_id="press-1"))["items"]

    assert (first["quality"], first["metadata"]) == ("bad", {"Batch": "A1", "batch": 7})
    assert second.keys().isdisjoint(("quality", "metadata"))
