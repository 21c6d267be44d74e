"""The history: what is sent, and what each of the service's answers means."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.common.readings.measure_names import without_quality
from lambda_src.common.readings.rejects import Reason
from lambda_src.processor.stores.timestream import TimestreamStore
from tests.unit.functions.factories import IN_TURN, NOW_MS, deadline, entry
from tests.unit.functions.fakes import FakeTimestream, client_error

THROTTLED = client_error("ThrottlingException")


def _store(fake):
    return TimestreamStore(fake, "database", "table", IN_TURN)


def _entries(count):
    return [entry(n, timestamp_ms=NOW_MS + n, value=float(n)) for n in range(count)]


def test_a_reading_is_one_record_under_its_identity():
    fake = FakeTimestream()

    _store(fake).write([entry(value=0.1), entry(production_line=None, timestamp_ms=1)], deadline())

    assert fake.calls[0]["CommonAttributes"] == {"MeasureValueType": "DOUBLE", "TimeUnit": "MILLISECONDS"}
    assert fake.calls[0]["Records"] == [
        {
            "Dimensions": [
                {"Name": "device_id", "Value": "press-1"},
                {"Name": "production_line", "Value": "line-1"},
            ],
            "MeasureName": "temperature",
            "MeasureValue": "0.1",
            "Time": str(NOW_MS),
        },
        {
            "Dimensions": [{"Name": "device_id", "Value": "press-1"}],
            "MeasureName": "temperature",
            "MeasureValue": "71.5",
            "Time": "1",
        },
    ]


def test_a_call_takes_100_readings():
    fake = FakeTimestream()

    outcome = _store(fake).write(_entries(250), deadline())

    assert [len(call["Records"]) for call in fake.calls] == [100, 100, 50]
    assert (list(outcome.failed), list(outcome.rejected)) == ([], [])


def test_a_throttled_call_fails_its_readings_and_no_others():
    fake = FakeTimestream(None, THROTTLED, None)
    entries = _entries(250)

    outcome = _store(fake).write(entries, deadline())

    assert outcome.failed == entries[100:200]
    assert len(fake.rows) == 150


def test_a_rejected_reading_fails_alone_another_value_is_a_conflict():
    fake = FakeTimestream()
    _store(fake).write([entry(1, timestamp_ms=NOW_MS + 1, value=-1.0)], deadline())
    fake.retention_start_ms = NOW_MS + 1

    outcome = _store(fake).write(_entries(3), deadline())

    assert [(r.entry.record_index, r.reason, r.detail) for r in outcome.rejected] == [
        (0, Reason.REJECTED_BY_TIMESTREAM, "outside of the retention"),
        (1, Reason.CONFLICT, "exists"),
    ]
    assert outcome.failed == []
    assert len(fake.rows) == 2


@pytest.mark.parametrize("sensor_type", ["time", "measure_value", "measure_name", "ts_1"])
def test_a_reserved_name_is_rejected_without_a_call(sensor_type):
    fake = FakeTimestream()

    rejected = _store(fake).rejects([entry(), entry(sensor_type=sensor_type)])

    assert [(r.entry.reading.sensor_type, r.reason) for r in rejected] == [(sensor_type, Reason.REJECTED_BY_TIMESTREAM)]
    assert fake.calls == []


def test_writing_again_changes_nothing():
    fake = FakeTimestream()
    _store(fake).write(_entries(150), deadline())
    before = dict(fake.rows)

    outcome = _store(fake).write(_entries(150), deadline())

    assert (list(outcome.failed), list(outcome.rejected)) == ([], [])
    assert fake.rows == before


def test_what_no_time_is_left_for_is_failed_unsent():
    fake = FakeTimestream()
    entries = _entries(300)

    outcome = _store(fake).write(entries, deadline(remaining_ms=2000, step_ms=1000))

    assert outcome.failed == entries[100 * len(fake.calls) :]
    assert 0 < len(fake.calls) < 3


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])
def test_what_only_a_deployment_can_fix_is_raised(code):
    with pytest.raises(ClientError, match=code):
        _store(FakeTimestream(client_error(code))).write(_entries(1), deadline())


def test_the_request_that_leaves_the_client_is_complete_json():
    sent = []
    client = clients.timestream_write()

    def answer(request, **_):
        sent.append(request)
        return _answer(request)

    client.meta.events.register("before-send", answer)

    TimestreamStore(client, "database", "table", IN_TURN).write([entry(production_line="línea")], deadline())

    body = json.loads(sent[-1].body)
    assert sent[-1].headers["X-Amz-Target"] == b"Timestream_20181101.WriteRecords"
    assert "Signature=" in str(sent[-1].headers["Authorization"])
    assert set(body) == {"DatabaseName", "TableName", "CommonAttributes", "Records"}
    assert body["Records"][0]["Dimensions"][1]["Value"] == "línea"


def _answer(request):
    from botocore.awsrequest import AWSResponse

    from bench.handlers.aws import _answer as answer
    from bench.handlers.aws import _Body, _headers

    _, headers, body = answer(request)
    return AWSResponse(request.url, 200, _headers(headers), _Body(body))


def test_a_quality_other_than_good_stands_in_the_measure_name():
    fake = FakeTimestream()

    _store(fake).write([entry(quality=quality) for quality in ("good", "uncertain", "bad")], deadline())

    names = [item["MeasureName"] for item in fake.calls[0]["Records"]]
    assert names == ["temperature", "uncertain++temperature", "bad++temperature"]
    assert {without_quality(name) for name in names} == {"temperature"}
