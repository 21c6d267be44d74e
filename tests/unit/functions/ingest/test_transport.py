"""What a request's answer says of a transport that takes nothing, or not all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from lambda_src.common.aws.retry import ATTEMPTS
from lambda_src.common.transport.queue_sink import MessageRefusedError, QueueSink
from tests.unit.functions.bridge.factories import processed
from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.factories import payload
from tests.unit.functions.fakes import client_error
from tests.unit.functions.http_events import content, error_code
from tests.unit.functions.ingest.fakes import FakeQueue
from tests.unit.functions.ingest.plant import Plant

THROTTLED = client_error("ProvisionedThroughputExceededException")
AWAY = EndpointConnectionError(endpoint_url="https://kinesis")
BROKEN = client_error("InternalFailure", 500)


def devices(count):
    return [payload(sensor_id=f"d{n}") for n in range(count)]


def with_queue(*script):
    fake = FakeQueue(*script)
    client: Any = fake
    return fake, Plant(sink=QueueSink(client, "https://queue"))


def in_queue(fake):
    decoded = processed(*(body.encode() for body in fake.bodies))
    assert decoded.rejects == []
    return decoded.readings


def test_a_device_is_one_record_with_its_name_as_key():
    plant = Plant()

    plant.post([payload(sensor_id=f"d{n % 2}", timestamp=1e9 + n) for n in range(10)])

    assert sorted(key for key, _ in plant.kinesis.records) == ["d0", "d1"]
    envelope = json.loads(plant.kinesis.records[0][1])
    assert envelope["envelope"] == 1
    assert len(envelope["readings"]) == 5


@pytest.mark.parametrize("fault", [THROTTLED, {0, 1, 2}], ids=["the call", "each record"])
def test_a_throttled_stream_is_429(fault):
    plant = Plant()
    plant.kinesis = FakeKinesis(*[fault] * ATTEMPTS)

    answer = plant.post(devices(3))

    assert (answer["statusCode"], error_code(answer)) == (429, "throttled")
    assert answer["headers"]["Retry-After"] == "1"


@pytest.mark.parametrize("fault", [AWAY, BROKEN], ids=["out of reach", "broken"])
def test_a_stream_that_is_away_is_503(fault):
    plant = Plant()
    plant.kinesis = FakeKinesis(*[fault] * ATTEMPTS)

    answer = plant.post(devices(3))

    assert (answer["statusCode"], error_code(answer)) == (503, "try_again")
    assert answer["headers"]["Retry-After"] == "1"


def test_what_is_not_taken_at_first_is_sent_again_alone():
    plant = Plant()
    plant.kinesis = FakeKinesis({0, 2}, AWAY, {1})

    answer = plant.post(devices(3))

    assert content(answer)["accepted"] == 3
    assert [len(call) for call in plant.kinesis.calls] == [3, 2, 2, 1]
    assert sorted(found.device_id for found in plant.sent()) == ["d0", "d1", "d2"]


def test_throttled_remainders_are_named_and_the_rest_is_accepted():
    plant = Plant()
    plant.kinesis = FakeKinesis({1}, *[{0}] * ATTEMPTS)

    answer = plant.post([*devices(3), 7])

    assert answer["statusCode"] == 202
    said = content(answer)
    assert said["accepted"] == 2
    assert [(item["position"], item["reason"]) for item in said["rejected"]] == [(1, "throttled"), (3, "not_an_object")]
    assert plant.last is not None
    assert (plant.last.not_now, plant.last.rejected) == (1, 2)


def test_a_retry_of_a_partly_accepted_request_is_accepted_whole():
    plant = Plant()
    plant.kinesis = FakeKinesis({1}, *[{0}] * ATTEMPTS)
    plant.post(devices(3), key="k")

    answer = plant.post(devices(3), key="k")

    assert (content(answer)["accepted"], content(answer)["rejected"]) == (3, [])
    assert len({found.identity for found in plant.sent()}) == 3


@pytest.mark.parametrize("code", ["AccessDeniedException", "ResourceNotFoundException", "KMSAccessDeniedException"])
def test_what_only_a_deployment_mends_is_raised(code):
    plant = Plant()
    plant.kinesis = FakeKinesis(client_error(code))

    with pytest.raises(ClientError, match=code):
        plant.post(devices(1))


def test_queue_messages_are_the_same_envelopes_ten_per_call():
    fake, plant = with_queue()

    answer = plant.post(devices(25))

    assert content(answer)["accepted"] == 25
    assert [len(call) for call in fake.calls] == [10, 10, 5]
    assert len(in_queue(fake)) == 25


def test_a_call_to_a_queue_keeps_to_its_bytes():
    fake, plant = with_queue()
    long = [payload(sensor_id=f"d{n}", metadata={"text": "x" * 60_000}) for n in range(4)]

    plant.post(long)

    assert len(fake.calls) == 1
    shared = {"device_id": "d", "sensor_data": {f"m{n}": n for n in range(50)}, "metadata": {"text": "é" * 20_000}}
    answer = plant.post(json.dumps(shared, ensure_ascii=False))

    assert content(answer)["accepted"] == 50
    assert len(fake.calls) > 8
    assert len(in_queue(fake)) == 54


def test_a_reading_longer_than_a_message_is_refused_not_cut():
    fake, plant = with_queue()
    long = payload(sensor_id="long", metadata={"text": "x" * 240_000})

    answer = plant.post([long, payload()])

    assert [(item["position"], item["reason"]) for item in content(answer)["rejected"]] == [(0, "too_large")]
    assert [found.device_id for found in in_queue(fake)] == ["press-1"]


def test_text_that_a_queue_rejects_still_arrives():
    fake, plant = with_queue()
    line = "\x00\ufffe\uffff\U0001f600"

    plant.post(payload(production_line=line))

    allowed = {"\t", "\n", "\r"}
    assert all(c in allowed or " " <= c <= "\ufffd" or c >= "\U00010000" for c in fake.bodies[0])
    assert [found.production_line for found in in_queue(fake)] == [line]


def test_messages_that_a_queue_refused_are_retried_alone():
    fake, plant = with_queue({1: "InternalError", 4: "RequestThrottled"}, AWAY, {0: "KMS.ThrottlingException"})

    answer = plant.post(devices(5))

    assert content(answer)["accepted"] == 5
    assert [len(call) for call in fake.calls] == [5, 2, 2, 1]
    assert len(in_queue(fake)) == 5


@pytest.mark.parametrize(
    ("code", "status"), [("RequestThrottled", 429), ("KMS.ThrottlingException", 429), ("InternalError", 503)]
)
def test_a_queue_that_takes_nothing_says_why(code, status):
    _, plant = with_queue(*[{0: code, 1: code}] * ATTEMPTS)

    assert plant.post(devices(2))["statusCode"] == status


def test_a_message_that_a_queue_refuses_for_good_is_raised():
    _, plant = with_queue({0: "KMS.AccessDeniedException"})

    with pytest.raises(MessageRefusedError, match="AccessDenied"):
        plant.post(devices(1))


@pytest.mark.parametrize("code", ["AccessDenied", "AWS.SimpleQueueService.NonExistentQueue"])
def test_a_queue_that_may_not_be_used_is_raised(code):
    _, plant = with_queue(client_error(code))

    with pytest.raises(ClientError, match=code):
        plant.post(devices(1))
