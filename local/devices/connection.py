"""A device's MQTT connection over mutual TLS, with acknowledgements and reconnection."""

from __future__ import annotations

from concurrent.futures import Future
from random import uniform
from typing import TYPE_CHECKING, Any, Self

from local.devices.errors import ConnectionRefusedError, NotDeliveredError
from local.devices.outbox import Outbox, OutgoingPublish, finish
from local.devices.wire import CONNECT_SECONDS, KEEP_ALIVE_SECONDS, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.devices.identity import DeviceIdentity, MqttAddress
    from local.devices.loop import MqttLoop

_BACKOFF_FIRST = 0.2
_BACKOFF_CAP = 10.0


class DeviceConnection:
    """Publishes and subscribes with QoS 1 as one device. Thread-safe, except in the loop's thread.

    At most `in_flight` messages are sent and not acknowledged. Others wait in their order, also while disconnected. A
    lost connection is reopened after a growing, random delay. Unacknowledged messages are sent again first, so the
    broker may get a message twice but never in another order.
    """

    def __init__(
        self,
        identity: DeviceIdentity,
        address: MqttAddress,
        loop: MqttLoop,
        *,
        client_id: str | None = None,
        on_message: Callable[[str, bytes], None] | None = None,
        in_flight: int = 20,
        reconnects: bool = True,
    ) -> None:
        self.client_id = client_id or identity.thing_name
        self.connected = False
        self.disconnections = 0
        """Connections that ended without `close`, and failed attempts after the first connection."""
        self._loop = loop
        self._reconnects = reconnects
        self._on_message = on_message
        self._opened: Future[None] = Future()
        self._closing = False
        self._attempt = 0
        self._wire = Wire(self.client_id, address, identity.tls(address), loop, self)
        self._outbox = Outbox(self.client_id, in_flight, self._wire.publish)
        self._subscribing: dict[int, Future[None]] = {}
        self._filters: list[str] = []

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, timeout: float = CONNECT_SECONDS) -> None:
        """Connect. Raises `ConnectionRefusedError` if the broker refuses the device or does not answer in time."""
        self._loop.aside(self._wire.connect)
        try:
            self._opened.result(timeout)
        except TimeoutError:
            raise ConnectionRefusedError(f"{self.client_id}: no answer from the broker in {timeout:g} s") from None

    def publish(self, topic: str, payload: bytes) -> Future[None]:
        """Queue a message. The result is available once the broker has acknowledged it.

        Raises `NotDeliveredError` if the broker refuses it, for example because of its topic, or if the connection is
        closed before.
        """
        message = OutgoingPublish(topic, payload, Future())
        self._loop.call(lambda: self._enqueue(message))
        return message.delivery

    def subscribe(self, *filters: str, timeout: float = CONNECT_SECONDS) -> None:
        """Subscribe, now and on every later connection. Raises `NotDeliveredError` if the broker refuses it."""
        answer: Future[None] = Future()

        def ask() -> None:
            self._filters += filters
            self._subscribe(filters, answer)

        self._loop.call(ask)
        answer.result(timeout)

    def close(self) -> None:
        """Disconnect permanently. Unacknowledged messages are not delivered."""
        done: Future[None] = Future()
        self._loop.call(lambda: self._close(done))
        done.result(CONNECT_SECONDS)

    # What follows is for the wire and runs in the loop's thread.

    def accepted(self) -> None:
        """The connection is established."""
        if self._closing:
            self._wire.disconnect()
            return
        if not self._wire.is_up:
            return
        self.connected, self._attempt = True, 0
        if self._filters:
            self._subscribe(tuple(self._filters), Future())
        if not self._opened.done():
            self._opened.set_result(None)
            self._tend()
        self._outbox.flush()

    def lost(self, reason: str) -> None:
        """The connection was lost: reconnect, unless it was never established."""
        self.connected = False
        if self._closing:
            return
        reason = f"{self.client_id}: {reason}"
        if not self._opened.done():
            self._give_up(reason)
            self._opened.set_exception(ConnectionRefusedError(reason))
            return
        self.disconnections += 1
        if not self._reconnects:
            self._give_up(reason)
            return
        delay = uniform(_BACKOFF_FIRST / 2, min(_BACKOFF_CAP, _BACKOFF_FIRST * 2.0**self._attempt))  # noqa: S311
        self._attempt = min(self._attempt + 1, 30)
        self._loop.later(delay, self._reconnect)

    def acknowledged(self, packet_id: int, reason_code: Any) -> None:
        """The broker acknowledged or refused a message."""
        self._outbox.acknowledged(packet_id, reason_code)
        # Deferred, because paho counts the message as in flight until this callback returns.
        self._loop.call(self._flush)

    def subscribed(self, packet_id: int, reason_codes: Sequence[Any]) -> None:
        """The broker accepted a subscription, or refused some of its filters."""
        answer = self._subscribing.pop(packet_id, None)
        if answer is not None:
            refused = [str(code) for code in reason_codes if code.is_failure]
            finish(answer, f"{self.client_id}: {', '.join(refused)}" if refused else None)

    def arrived(self, topic: str, payload: bytes) -> None:
        """A message for this device arrived."""
        if self._on_message is not None:
            self._on_message(topic, payload)

    def _reconnect(self) -> None:
        if not self._closing:
            self._loop.aside(self._wire.connect)

    def _tend(self) -> None:
        if self._closing:
            return
        if self.connected:
            self._wire.tend()
        self._loop.later(KEEP_ALIVE_SECONDS / 6, self._tend)

    def _enqueue(self, message: OutgoingPublish) -> None:
        if self._closing:
            message.delivery.set_exception(NotDeliveredError(f"{self.client_id}: the connection is closed"))
            return
        self._outbox.add(message)
        self._flush()

    def _flush(self) -> None:
        if self.connected:
            self._outbox.flush()

    def _subscribe(self, filters: tuple[str, ...], answer: Future[None]) -> None:
        packet_id = self._wire.subscribe(filters)
        if packet_id is None:
            finish(answer, f"{self.client_id}: not connected")
        else:
            self._subscribing[packet_id] = answer

    def _close(self, done: Future[None]) -> None:
        if not self._closing:
            self._give_up(f"{self.client_id}: the connection was closed")
            self._wire.disconnect()
        done.set_result(None)

    def _give_up(self, reason: str) -> None:
        self._closing, self.connected = True, False
        self._outbox.give_up(reason)
        for answer in self._subscribing.values():
            finish(answer, reason)
        self._subscribing.clear()
