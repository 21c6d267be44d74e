"""What becomes of each message: in the stream, or reported."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.bridge import bridging
from lambda_src.bridge.bridging import bridge
from lambda_src.bridge.sqs import BridgeMessage
from lambda_src.common.transport.stream_sink import RECORDS_PER_CALL, StreamSink
from tests.unit.functions.bridge.factories import message, messages, processed
from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.factories import body, deadline, series
from tests.unit.functions.fakes import client_error


def deliver(items, kinesis, **left):
    client: Any = kinesis
    return bridge(items, StreamSink(client, "iot"), deadline(**left))


def values(kinesis):
    return [r.value for r in processed(*(data for _, data in kinesis.records)).readings]


def fleet(count):
    return [message(body(sensor_id=..., value=float(n)), n, device=f"d{n}") for n in range(count)]


def test_all_readings_reach_the_stream_and_nothing_is_reported():
    kinesis = FakeKinesis()

    report = deliver(messages(*series(20), b"poison"), kinesis)

    assert values(kinesis) == [float(n) for n in range(20)]
    assert report.failed == []
    assert report.counts == {"MessagesBridged": 21, "ReadingsBridged": 20, "MessagesPassedOn": 1}


def test_what_the_stream_did_not_take_is_put_again():
    kinesis = FakeKinesis({0, 2}, {1}, set())

    report = deliver(fleet(4), kinesis)

    assert sorted(values(kinesis)) == [0, 1, 2, 3]
    assert [len(call) for call in kinesis.calls] == [4, 2, 1]
    assert report.failed == []


@pytest.mark.parametrize("error", [client_error("LimitExceededException"), client_error("InternalFailure", 500)])
def test_a_call_that_failed_for_now_is_made_again(error):
    kinesis = FakeKinesis(error)

    assert deliver(fleet(2), kinesis).failed == []
    assert sorted(values(kinesis)) == [0, 1]


def test_what_cannot_be_put_is_reported_by_message():
    kinesis = FakeKinesis(*[{1}] + [{0}] * 20)

    report = deliver(fleet(3), kinesis)

    assert report.failed == ["message-1"]
    assert report.counts["MessagesBridged"] == report.counts["ReadingsBridged"] == 2


def test_a_message_in_part_in_the_stream_comes_again():
    bad_and_good = message(b"[" + body() + b"," + body(value="hot") + b"]")
    kinesis = FakeKinesis(*[{1}] + [{0}] * 20)

    report = deliver([bad_and_good], kinesis)

    assert len(kinesis.records) == 1
    assert report.failed == ["message-0"]


def test_every_message_of_a_record_that_failed_comes_again():
    assert deliver(messages(*series(3)), FakeKinesis(*[{0}] * 20)).failed == ["message-0", "message-1", "message-2"]


def test_a_body_without_envelope_is_reported_and_blocks_nothing():
    kinesis = FakeKinesis()
    items = [message(body(value=1.0), 0), BridgeMessage("broken", b"{}"), message(body(value=2.0), 2)]

    report = deliver(items, kinesis)

    assert values(kinesis) == [1, 2]
    assert report.failed == ["broken"]
    assert [*report.no_envelope] == ["broken"]


def test_without_time_all_messages_come_again_and_nothing_is_put():
    kinesis = FakeKinesis()

    report = deliver(fleet(3), kinesis, remaining_ms=0)

    assert report.failed == ["message-0", "message-1", "message-2"]
    assert kinesis.calls == []


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException"])
def test_what_only_a_deployment_mends_is_raised(code):
    with pytest.raises(ClientError, match=code):
        deliver(fleet(1), FakeKinesis(client_error(code)))


def test_a_call_keeps_the_services_limits_of_records_and_bytes():
    kinesis = FakeKinesis()
    text = b"\n".join(b"temperature,%d" % n for n in range(40_000))

    deliver(fleet(1200) + [message(gzip.compress(text), n) for n in range(1200, 1204)], kinesis)

    assert max(len(call) for call in kinesis.calls) <= RECORDS_PER_CALL
    sizes = [sum(len(r["Data"]) + len(r["PartitionKey"]) for r in call) for call in kinesis.calls]
    assert max(sizes) <= 5 * 1024 * 1024
    assert len(values(kinesis)) == 1200 + 160_000


def test_small_messages_that_unfold_to_large_ones_use_waves(monkeypatch):
    monkeypatch.setattr(bridging, "WAVE_BYTES", 250)
    kinesis = FakeKinesis()

    report = deliver(messages(*series(6)), kinesis)

    assert len(kinesis.calls) == 2
    assert values(kinesis) == [float(n) for n in range(6)]
    assert report.counts["MessagesBridged"] == 6
