"""Sending as devices: each message over its own device's connection, and taken only once it is acknowledged."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace

import pytest

from lambda_src.common.readings.reading import Identity
from local.devices import NotDeliveredError
from local.fleet import MqttProducer, PlantMessage, ProducerError


class FakeConnection:
    """Acknowledges at once, unless it `holds` or `refuses`."""

    def __init__(self, *, holds: bool = False, refuses: bool = False) -> None:
        self.published: list[tuple[str, bytes]] = []
        self.answers: list[Future[None]] = []
        self._holds = holds
        self._refuses = refuses

    def publish(self, topic: str, payload: bytes) -> Future[None]:
        self.published.append((topic, payload))
        answer: Future[None] = Future()
        self.answers.append(answer)
        if self._refuses:
            answer.set_exception(NotDeliveredError("press-1: Not authorized"))
        elif not self._holds:
            answer.set_result(None)
        return answer


def messages(count: int, device: str = "press-1") -> list[PlantMessage]:
    return [PlantMessage(b"%d" % n, device, ((Identity(device, "t", n), float(n)),)) for n in range(count)]


def test_each_message_uses_its_own_devices_connection_and_topic() -> None:
    connections = {"press-1": FakeConnection(), "press-2": FakeConnection()}
    sent = messages(2) + messages(1, "press-2")
    taken = [each for part in MqttProducer(connections, "sensor/{device}/data").send(sent) for each in part]
    assert taken == sent
    assert connections["press-1"].published == [("sensor/press-1/data", b"0"), ("sensor/press-1/data", b"1")]
    assert connections["press-2"].published == [("sensor/press-2/data", b"0")]


def test_a_message_with_a_topic_of_its_own_goes_there() -> None:
    connections = {"press-1": FakeConnection()}
    own = replace(messages(1)[0], topic="spBv1.0/plant/NDATA/press-1")
    list(MqttProducer(connections, "sensor/{device}/data").send([own]))
    assert connections["press-1"].published == [("spBv1.0/plant/NDATA/press-1", b"0")]


def test_only_what_was_acknowledged_is_handed_out() -> None:
    connections = {"press-1": FakeConnection(), "press-2": FakeConnection(holds=True)}
    parts = MqttProducer(connections, "{device}").send(messages(1) + messages(1, "press-2"))
    assert [each.partition_key for each in next(parts)] == ["press-1"]
    connections["press-2"].answers[0].set_result(None)
    assert [each.partition_key for each in next(parts)] == ["press-2"]
    assert list(parts) == []


def test_what_is_not_acknowledged_in_time_is_an_error() -> None:
    producer = MqttProducer({"press-1": FakeConnection(holds=True)}, "{device}", timeout=0.01)
    with pytest.raises(ProducerError, match=r"3 messages not acknowledged within 0\.01 s"):
        list(producer.send(messages(3)))


def test_a_refusal_of_the_broker_is_raised() -> None:
    producer = MqttProducer({"press-1": FakeConnection(refuses=True)}, "{device}")
    with pytest.raises(NotDeliveredError, match="Not authorized"):
        list(producer.send(messages(1)))


def test_nothing_to_send_is_nothing_sent() -> None:
    assert list(MqttProducer({}, "{device}").send([])) == []
