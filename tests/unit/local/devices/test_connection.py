"""A device's connection: it waits, reconnects and subscribes again, and gives up only where that is right."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from local.devices import (
    ConnectionRefusedError,
    DeviceConnection,
    DeviceIdentity,
    MqttAddress,
    NotDeliveredError,
)
from local.devices import connection as module
from tests.unit.local.devices.fakes import Code, FakeLoop, FakeWire

if TYPE_CHECKING:
    from collections.abc import Callable

ADDRESS = MqttAddress("127.0.0.1", 8883, Path("ca.pem"))
IDENTITY = DeviceIdentity("press-1", Path("press-1.crt"), Path("press-1.key"))


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[DeviceConnection, FakeWire, FakeLoop]]:
    monkeypatch.setattr(module, "Wire", FakeWire)
    monkeypatch.setattr(DeviceIdentity, "tls", lambda self, address: None)

    def connection(**options: Any) -> tuple[DeviceConnection, FakeWire, FakeLoop]:
        loop = FakeLoop()
        made = DeviceConnection(IDENTITY, ADDRESS, cast("Any", loop), **options)
        return made, cast("FakeWire", made._wire), loop

    return connection


def test_the_client_id_is_the_things_name(make: Any) -> None:
    assert make()[0].client_id == "press-1"


def test_messages_wait_for_the_connection_and_go_in_their_order(make: Any) -> None:
    device, wire, _ = make()
    for number in range(3):
        device.publish("t", b"%d" % number)
    assert wire.published == []
    device.open(1)
    assert [payload for _, payload in wire.published] == [b"0", b"1", b"2"]


def test_a_refused_connection_is_not_tried_again(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeWire, "refusal", "no")
    device, wire, loop = make()
    waiting = device.publish("t", b"1")
    with pytest.raises(ConnectionRefusedError, match="press-1: no"):
        device.open(1)
    loop.run_timers()
    assert wire.connects == 1
    with pytest.raises(NotDeliveredError):
        waiting.result(0)


def test_a_silent_broker_is_an_error_that_names_the_device(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeWire, "connect", lambda self: None)
    with pytest.raises(ConnectionRefusedError, match="press-1: no answer"):
        make()[0].open(0.01)


def test_a_lost_connection_is_made_again_and_counted(make: Any) -> None:
    device, wire, loop = make()
    device.open(1)
    wire.cut()
    assert (device.connected, device.disconnections) == (False, 1)
    loop.run_timers()
    assert (device.connected, wire.connects) == (True, 2)


def test_the_pause_grows_with_each_attempt_that_fails(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "uniform", lambda low, high: high)
    device, wire, loop = make()
    device.open(1)
    loop.timers.clear()
    monkeypatch.setattr(FakeWire, "refusal", "still away")
    wire.cut()
    pauses = []
    for _ in range(8):
        pauses.append(loop.timers[0][0])
        loop.run_timers()
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_messages_queued_while_disconnected_are_sent_afterwards(make: Any) -> None:
    device, wire, loop = make()
    device.open(1)
    wire.cut()
    delivery = device.publish("t", b"later")
    assert wire.published == []
    loop.run_timers()
    assert wire.published == [("t", b"later")]
    wire.listener.acknowledged(1, Code())
    assert delivery.done()


def test_subscriptions_are_made_again_with_the_connection(make: Any) -> None:
    device, wire, loop = make()
    device.open(1)
    with pytest.raises(TimeoutError):  # the broker has not answered yet
        device.subscribe("commands/press-1", timeout=0)
    wire.cut()
    loop.run_timers()
    assert wire.subscribed == [("commands/press-1",)] * 2


def test_without_reconnection_the_first_loss_ends_it(make: Any) -> None:
    device, wire, loop = make(reconnects=False)
    device.open(1)
    delivery = device.publish("t", b"1")
    wire.cut()
    loop.run_timers()
    assert wire.connects == 1
    with pytest.raises(NotDeliveredError, match="the network is gone"):
        delivery.result(0)


def test_closing_fails_what_was_not_acknowledged_and_refuses_what_comes(make: Any) -> None:
    device, wire, _ = make()
    device.open(1)
    before = device.publish("t", b"1")
    device.close()
    after = device.publish("t", b"2")
    assert wire.ended
    for delivery in (before, after):
        with pytest.raises(NotDeliveredError, match="closed"):
            delivery.result(0)


def test_a_refused_filter_is_raised(make: Any) -> None:
    device, wire, _ = make()
    device.open(1)
    answer: Future[None] = Future()
    device._subscribe(("commands/press-2",), answer)
    wire.listener.subscribed(1001, [Code("Not authorized")])
    with pytest.raises(NotDeliveredError, match="Not authorized"):
        answer.result(0)


def test_messages_are_handed_to_who_wants_them(make: Any) -> None:
    came: list[tuple[str, bytes]] = []
    device, wire, _ = make(on_message=lambda topic, payload: came.append((topic, payload)))
    device.open(1)
    wire.listener.arrived("commands/press-1", b"restart")
    assert came == [("commands/press-1", b"restart")]
