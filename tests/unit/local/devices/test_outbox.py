"""What a device sends goes out in its order, a bounded number at once, and each message gets its answer."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from local.devices import NotDeliveredError
from local.devices.outbox import Outbox, OutgoingPublish
from tests.unit.local.devices.fakes import Code


class Line:
    """Notes what is transmitted; packet ids count from 1."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def transmit(self, topic: str, payload: bytes) -> int:
        if not topic:
            raise ValueError("Invalid topic.")
        self.sent.append(payload)
        return len(self.sent)


def outgoing(payload: bytes, topic: str = "t") -> OutgoingPublish:
    return OutgoingPublish(topic, payload, Future())


def test_no_more_than_the_bound_are_on_their_way() -> None:
    line = Line()
    outbox = Outbox("press-1", 2, line.transmit)
    for number in range(4):
        outbox.add(outgoing(b"%d" % number))
    outbox.flush()
    assert line.sent == [b"0", b"1"]
    # When one is acknowledged, the next one goes
    outbox.acknowledged(1, Code())
    outbox.flush()
    assert line.sent == [b"0", b"1", b"2"]


def test_an_acknowledgement_fulfils_its_own_message() -> None:
    outbox = Outbox("press-1", 9, Line().transmit)
    first, second = outgoing(b"1"), outgoing(b"2")
    outbox.add(first)
    outbox.add(second)
    outbox.flush()
    outbox.acknowledged(2, Code())
    assert second.delivery.done()
    assert not first.delivery.done()


def test_a_refusal_is_raised_with_the_brokers_word() -> None:
    outbox = Outbox("press-1", 9, Line().transmit)
    message = outgoing(b"1")
    outbox.add(message)
    outbox.flush()
    outbox.acknowledged(1, Code("Not authorized"))
    with pytest.raises(NotDeliveredError, match="press-1: Not authorized"):
        message.delivery.result(0)


def test_a_message_that_mqtt_does_not_know_fails_alone() -> None:
    line = Line()
    outbox = Outbox("press-1", 9, line.transmit)
    bad, good = outgoing(b"bad", topic=""), outgoing(b"good")
    outbox.add(bad)
    outbox.add(good)
    outbox.flush()
    assert line.sent == [b"good"]
    with pytest.raises(NotDeliveredError, match="Invalid topic"):
        bad.delivery.result(0)


def test_giving_up_answers_what_was_sent_and_what_waits() -> None:
    outbox = Outbox("press-1", 1, Line().transmit)
    messages = [outgoing(b"1"), outgoing(b"2")]
    for message in messages:
        outbox.add(message)
    outbox.flush()
    outbox.give_up("the connection was closed")
    for message in messages:
        with pytest.raises(NotDeliveredError, match="the connection was closed"):
            message.delivery.result(0)


def test_an_answer_to_an_unknown_packet_is_nobodys() -> None:
    outbox = Outbox("press-1", 1, Line().transmit)
    outbox.acknowledged(7, Code())
    outbox.flush()
