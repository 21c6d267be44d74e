"""A device's side of a connection: MQTT 3.1.1 over mutual TLS, as firmware speaks it, with every refusal told apart."""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from threading import Condition
from typing import TYPE_CHECKING, Any, NamedTuple

from paho.mqtt import client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECONDS = 60.0
"""The longest wait for an answer of the broker, of which a refusal is one; silence for longer is neither yes nor no."""


class Broker(NamedTuple):
    """Where devices connect; ``trusted`` is a PEM file, None for the machine's own trust store."""

    host: str
    port: int
    trusted: Path | None


class Papers(NamedTuple):
    """What a device shows: PEM files of its certificate and key. ``thing`` is who it says it is."""

    thing: str
    certificate: Path | None
    key: Path | None
    certificate_id: str = ""


class RefusedError(Exception):
    """The broker ended the connection instead of accepting it."""


class Session:
    """One connection. Without ``persistent`` it is not taken up again once it has ended, so that an end is seen."""

    def __init__(
        self, broker: Broker, papers: Papers, client_id: str | None = None, *, persistent: bool = False
    ) -> None:
        self._broker = broker
        self._persistent = persistent
        self._state = Condition()
        self._connected = self._ended = False
        self.connections = 0
        self._answered: dict[int, bool] = {}
        self.received: list[tuple[str, bytes]] = []
        self._client = mqtt.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id or papers.thing,
            clean_session=not persistent,
            reconnect_on_failure=persistent,
        )
        self._client.reconnect_delay_set(min_delay=1, max_delay=2)
        self._client.tls_set_context(_context(broker, papers))
        self._client.on_connect = self._on_connect
        self._client.on_disconnect = self._on_disconnect
        self._client.on_publish = lambda _client, _data, mid, _code, _properties: self._answer(mid, taken=True)
        self._client.on_subscribe = lambda _client, _data, mid, codes, _properties: self._answer(
            mid, taken=not any(code.is_failure for code in codes)
        )
        self._client.on_message = self._on_message

    def __enter__(self) -> Session:
        """Connect; `RefusedError` when the broker does not accept. A broker that is not there is another error."""
        try:
            self._client.connect(self._broker.host, self._broker.port, keepalive=30)
        except (ssl.SSLError, ConnectionResetError) as error:
            raise RefusedError(str(error)) from error
        self._client.loop_start()
        with self._state:
            self._wait(lambda: self._connected or self._ended)
            connected = self._connected
        if not connected:
            self._client.loop_stop()
            raise RefusedError("closed before the connection was accepted")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def publish(self, topic: str, payload: bytes) -> bool:
        """Publish with QoS 1; True when it was acknowledged, False when the broker hung up over it."""
        return self.acknowledged(self.send(topic, payload))

    def send(self, topic: str, payload: bytes) -> int:
        """Publish with QoS 1 without waiting; the id to ask `acknowledged` for."""
        return self._client.publish(topic, payload, qos=1).mid

    def acknowledged(self, mid: int) -> bool:
        with self._state:
            self._wait(lambda: mid in self._answered or self._ended)
            return self._answered.get(mid, False)

    def subscribe(self, topic_filter: str) -> bool:
        """True when it was granted, False when it was refused, by an answer or by hanging up."""
        _, mid = self._client.subscribe(topic_filter, qos=1)
        return mid is not None and self.acknowledged(mid)

    def message(self, marker: str) -> bytes | None:
        """The first message that contains the marker; None when none comes in `SECONDS`, or can come any more."""
        found = self._first(lambda _, payload: marker.encode() in payload)
        return found[1] if found else None

    def request(self, topic: str, payload: bytes) -> tuple[bool, bytes]:
        """Ask one of the service's topics: whether it accepted, and what it said; TimeoutError when it says nothing."""
        for answer in ("accepted", "rejected"):
            assert self.subscribe(f"{topic}/{answer}"), f"may not listen for the answer to {topic}"
        assert self.publish(topic, payload), f"may not ask {topic}"
        found = self._first(lambda where, _: where.startswith(f"{topic}/"))
        if found is None:
            raise TimeoutError(f"no answer to {topic}")
        return found[0].endswith("/accepted"), found[1]

    def _first(self, wanted: Callable[[str, bytes], bool]) -> tuple[str, bytes] | None:
        def found() -> tuple[str, bytes] | None:
            return next((message for message in self.received if wanted(*message)), None)

        with self._state:
            self._state.wait_for(lambda: found() is not None or self._ended, SECONDS)
            return found()

    def drop(self) -> None:
        """Lose the connection without a word, as a device in a dead spot does; it may be lost already."""
        transport: Any = self._client.socket()
        # The client's own thread closes the socket as soon as it notices a loss.
        with suppress(OSError):
            if transport is not None:
                transport.shutdown(socket.SHUT_RDWR)

    def _wait(self, done: Callable[[], bool]) -> None:
        if not self._state.wait_for(done, SECONDS):
            raise TimeoutError(f"the broker has not answered in {SECONDS:g} s")

    def _answer(self, mid: int, *, taken: bool) -> None:
        with self._state:
            self._answered[mid] = taken
            self._state.notify_all()

    def _on_connect(self, _client: object, _data: object, _flags: object, code: Any, _properties: object) -> None:
        with self._state:
            self._connected = self._connected or not code.is_failure
            self._ended = code.is_failure
            self.connections += not code.is_failure
            self._state.notify_all()

    def _on_disconnect(self, *_: object) -> None:
        with self._state:
            self._ended = self._ended or not self._persistent
            self._state.notify_all()

    def _on_message(self, _client: object, _data: object, message: mqtt.MQTTMessage) -> None:
        with self._state:
            self.received.append((message.topic, bytes(message.payload)))
            self._state.notify_all()


def _context(broker: Broker, papers: Papers) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(broker.trusted) if broker.trusted else None)
    if papers.certificate is not None and papers.key is not None:
        context.load_cert_chain(papers.certificate, papers.key)
    return context
