"""The history with multi-measure records: which readings share one, and what an answer means for them."""

from __future__ import annotations

import json

import pytest

from lambda_src.common.aws import clients
from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.stores.timestream_multi import MultiMeasureTimestreamStore
from tests.unit.functions.factories import IN_TURN, NOW_MS, deadline, entry
from tests.unit.functions.fakes import FakeTimestream, client_error
from tests.unit.functions.test_timestream_store import _answer

THROTTLED = client_error("ThrottlingException")


def _store(fake):
    return MultiMeasureTimestreamStore(fake, "database", "table", IN_TURN)


def _message(record_index=0, *, values=None, **changes):
    """The entries of one message, a sensor each."""
    values = {"temperature": 25.5, "humidity": 60.0} if values is None else values
    return [entry(record_index, sensor_type=sensor, value=value, **changes) for sensor, value in values.items()]


def _names(fake):
    return [item["MeasureName"] for call in fake.calls for item in call["Records"]]


def test_the_readings_of_a_message_are_one_record():
    fake = FakeTimestream()

    _store(fake).write(_message(), deadline())

    (call,) = fake.calls
    assert call["CommonAttributes"] == {"MeasureValueType": "MULTI", "TimeUnit": "MILLISECONDS"}
    assert call["Records"] == [
        {
            "Dimensions": [
                {"Name": "device_id", "Value": "press-1"},
                {"Name": "production_line", "Value": "line-1"},
            ],
            "MeasureName": "humidity+temperature",
            "MeasureValues": [
                {"Name": "humidity", "Value": "60.0", "Type": "DOUBLE"},
                {"Name": "temperature", "Value": "25.5", "Type": "DOUBLE"},
            ],
            "Time": str(NOW_MS),
        }
    ]


def test_a_single_reading_has_the_same_shape():
    fake = FakeTimestream()

    _store(fake).write([entry(value=0.1, production_line=None)], deadline())

    assert fake.calls[0]["Records"] == [
        {
            "Dimensions": [{"Name": "device_id", "Value": "press-1"}],
            "MeasureName": "temperature",
            "MeasureValues": [{"Name": "temperature", "Value": "0.1", "Type": "DOUBLE"}],
            "Time": str(NOW_MS),
        }
    ]


@pytest.mark.parametrize(
    "other",
    [
        {"device_id": "press-2"},
        {"timestamp_ms": NOW_MS + 1},
        {"production_line": "line-2"},
        {"record_index": 1},
        {"arrived_ms": NOW_MS + 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_different_devices_times_lines_or_messages_share_no_record(other):
    fake = FakeTimestream()

    _store(fake).write([entry(0), entry(**{"record_index": 0, **other}, sensor_type="humidity")], deadline())

    assert _names(fake) == ["temperature", "humidity"]


def test_two_messages_at_the_same_millisecond_do_not_collide():
    fake = FakeTimestream()
    first, second = _message(0), _message(1, values={"pressure": 3.0})

    outcome = _store(fake).write([*first, *second], deadline())
    again = _store(fake).write(second, deadline())

    assert (list(outcome.rejected), list(again.rejected)) == ([], [])
    assert _names(fake) == ["humidity+temperature", "pressure", "pressure"]
    assert len(fake.rows) == 2


def test_messages_are_the_same_records_however_they_were_packed():
    fake = FakeTimestream()
    first, second = {"arrived_ms": NOW_MS + 1}, {"arrived_ms": NOW_MS + 2}
    _store(fake).write([*_message(0, **first), *_message(0, values={"pressure": 3.0}, **second)], deadline())
    before = dict(fake.rows)

    _store(fake).write([*_message(0, **first), *_message(1, values={"pressure": 3.0}, **second)], deadline())

    assert fake.rows == before


def test_a_redelivered_message_changes_nothing_in_any_order():
    fake = FakeTimestream()
    entries = _message(values={"c": 1.0, "a": 2.0, "b": 3.0})
    _store(fake).write(entries, deadline())
    before = dict(fake.rows)

    outcome = _store(fake).write(entries[::-1], deadline())

    assert (list(outcome.failed), list(outcome.rejected)) == ([], [])
    assert fake.rows == before


def test_another_value_in_one_is_a_conflict_of_the_record():
    fake = FakeTimestream()
    _store(fake).write(_message(0), deadline())

    outcome = _store(fake).write(
        [*_message(0, timestamp_ms=NOW_MS + 1), *_message(1, values={"temperature": 1.0, "humidity": 60.0})],
        deadline(),
    )

    assert sorted((r.entry.record_index, r.entry.reading.sensor_type, r.reason) for r in outcome.rejected) == [
        (1, "humidity", Reason.CONFLICT),
        (1, "temperature", Reason.CONFLICT),
    ]
    assert len(fake.rows) == 2


def test_a_rejected_record_takes_its_readings_along_and_no_others():
    fake = FakeTimestream()
    fake.retention_start_ms = NOW_MS

    outcome = _store(fake).write([*_message(0, timestamp_ms=1), *_message(1)], deadline())

    assert [(r.entry.record_index, r.reason, r.detail) for r in outcome.rejected] == [
        (0, Reason.REJECTED_BY_TIMESTREAM, "outside of the retention")
    ] * 2
    assert len(fake.rows) == 1


def test_a_call_has_100_records_a_throttled_one_fails_all():
    fake = FakeTimestream(None, THROTTLED, None)
    messages = [_message(index, timestamp_ms=NOW_MS + index) for index in range(250)]

    outcome = _store(fake).write([each for message in messages for each in message], deadline())

    assert [len(call["Records"]) for call in fake.calls] == [100, 100, 50]
    assert sorted({each.record_index for each in outcome.failed}) == list(range(100, 200))
    assert len(outcome.failed) == 200
    assert len(fake.rows) == 150


def test_what_no_time_is_left_for_is_failed_unsent():
    fake = FakeTimestream()
    messages = [_message(index, timestamp_ms=NOW_MS + index) for index in range(300)]

    outcome = _store(fake).write(
        [each for message in messages for each in message], deadline(remaining_ms=2000, step_ms=1000)
    )

    assert 0 < len(fake.calls) < 3
    assert sorted({each.record_index for each in outcome.failed}) == list(range(100 * len(fake.calls), 300))


def test_the_request_that_leaves_the_client_is_complete_json():
    sent = []
    client = clients.timestream_write()

    def answer(request, **_):
        sent.append(request)
        return _answer(request)

    client.meta.events.register("before-send", answer)

    MultiMeasureTimestreamStore(client, "database", "table", IN_TURN).write(_message(), deadline())

    body = json.loads(sent[-1].body)
    assert sent[-1].headers["X-Amz-Target"] == b"Timestream_20181101.WriteRecords"
    assert [value["Name"] for value in body["Records"][0]["MeasureValues"]] == ["humidity", "temperature"]


def test_bad_measures_of_a_message_are_a_separate_record():
    fake = FakeTimestream()

    _store(fake).write([entry(), entry(sensor_type="humidity", quality="bad"), entry(sensor_type="power")], deadline())

    assert sorted(_names(fake)) == ["bad++humidity", "power+temperature"]
