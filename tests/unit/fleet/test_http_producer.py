"""Readings over HTTP: what was taken is handed out, what was not is repeated or raised."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import EndpointConnectionError

from lambda_src.common.readings.reading import Identity
from local.fleet import HttpProducer, PlantMessage, ProducerError, RequestForms
from local.fleet.http_producer import CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def taken(count: int, **more: Any) -> Reply:
    return Reply(202, json.dumps({"accepted": count, "rejected": [], **more}).encode())


@dataclass
class FakeApi:
    """Answers with what it was given, one reply a request, and then takes everything."""

    replies: list[Reply | Exception] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def request(
        self, method: str, path: str, query: None, body: bytes | None, headers: Mapping[str, str] | None
    ) -> Reply:
        self.paths.append(path)
        reply = self.replies.pop(0) if self.replies else None
        if isinstance(reply, Exception):
            raise reply
        if reply is not None:
            return reply
        sent = json.loads(body or b"")
        forms = sent if isinstance(sent, list) else [sent]
        if path == "/ingest":
            return taken(len(forms))
        verdicts = [
            {"sensor_type": name, "value": value, "is_anomaly": value > 100}
            for form in forms
            for name, value in form["sensor_data"].items()
        ]
        return taken(len(forms), readings=verdicts)


def readings(count: int, value: float = 20.5) -> list[PlantMessage]:
    return [
        PlantMessage(
            b"", f"press-{number % 3}", ((Identity(f"press-{number % 3}", "temperature", 1_000 + number), value),)
        )
        for number in range(count)
    ]


def producer(api: FakeApi, **more: Any) -> HttpProducer:
    return HttpProducer(api, is_anomaly=lambda _, value: value > 100, pause=lambda _: None, **more)


def send(sender: HttpProducer, messages: list[PlantMessage]) -> list[PlantMessage]:
    try:
        return [message for batch in chain(sender.send(messages), sender.rest()) for message in batch]
    finally:
        sender.close()


def test_each_message_is_handed_out_once_when_it_was_taken() -> None:
    messages = RequestForms(1).take(readings(20))
    assert sorted(m.readings for m in send(producer(FakeApi()), messages)) == sorted(m.readings for m in messages)


def test_the_functions_are_woken_by_requests_without_a_reading() -> None:
    api = FakeApi([Reply(400, b"{}")] * (CONNECTIONS + 1))
    sender = producer(api)
    sender.wake()
    sender.close()
    assert sorted(api.paths) == ["/ingest"] * CONNECTIONS + ["/process"]
    assert sender.requests == 0


@pytest.mark.parametrize("status", [202, 403, 500])
def test_an_api_that_accepts_invalid_readings_is_an_error(status: int) -> None:
    with pytest.raises(ProducerError, match=f"{status}"):
        producer(FakeApi([Reply(status, b"{}")] * (CONNECTIONS + 1))).wake()


def test_requests_stay_under_way_from_one_call_to_the_next() -> None:
    class SlowApi(FakeApi):
        answering = threading.Event()

        def request(self, *args: Any) -> Reply:
            assert self.answering.wait(10)
            return super().request(*args)

    api, messages = SlowApi(), RequestForms(1).take(readings(CONNECTIONS))
    sender = producer(api)
    assert list(sender.send(messages[:1])) == list(sender.send(messages[1:])) == []
    api.answering.set()
    assert len(list(sender.rest())) == CONNECTIONS
    sender.close()


def test_every_tenth_request_asks_for_verdicts() -> None:
    api = FakeApi()
    sender = producer(api)
    send(sender, RequestForms(1).take(readings(20)))
    assert (api.paths.count("/process"), sender.verdicts) == (2, 2)


@pytest.mark.parametrize("refusal", [Reply(429, b"{}"), Reply(503, b"{}"), EndpointConnectionError(endpoint_url="x")])
def test_what_may_pass_is_sent_again(refusal: Reply | Exception) -> None:
    sender = producer(FakeApi([refusal, refusal]))
    assert len(send(sender, RequestForms(1).take(readings(1)))) == 1
    assert sender.repeated == 2


def test_what_is_not_taken_in_time_is_an_error() -> None:
    times = iter(range(0, 1000, 50))
    sender = producer(FakeApi([Reply(503, b"{}")] * 5), timeout=60, clock=lambda: next(times))
    with pytest.raises(ProducerError, match="not accepted within 60 s"):
        send(sender, RequestForms(1).take(readings(1)))


@pytest.mark.parametrize(
    "reply",
    [
        Reply(400, b"{}"),
        taken(0),
        Reply(202, b'{"accepted":1,"rejected":[{"position":null,"reason":"no_value"}]}'),
    ],
    ids=["refused", "fewer", "in-part"],
)
def test_what_is_refused_or_taken_in_part_is_an_error(reply: Reply) -> None:
    with pytest.raises(ProducerError, match="/ingest"):
        send(producer(FakeApi([reply])), RequestForms(1).take(readings(1)))


def test_a_wrong_verdict_is_an_error() -> None:
    # Given a plant that knows the tenth reading to be an anomaly, and an API that does not
    sender = HttpProducer(FakeApi(), is_anomaly=lambda *_: True)
    with pytest.raises(ProducerError, match="wrong verdict"):
        send(sender, RequestForms(1).take(readings(10)))


def test_requests_hold_the_configured_number_of_readings_remainder_last() -> None:
    forms = RequestForms(100)
    ready = forms.take(readings(250))
    assert [len(message.readings) for message in ready] == [100, 100]
    assert [len(message.readings) for message in forms.rest()] == [50]
    assert forms.rest() == []
    assert len(json.loads(ready[0].payload)) == 100
