"""paho's MQTT client, served by our loop instead of its own thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.subscribeoptions import SubscribeOptions

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

    from paho.mqtt.client import SocketLike

    from local.devices.identity import MqttAddress
    from local.devices.loop import MqttLoop

KEEP_ALIVE_SECONDS = 60
CONNECT_SECONDS = 10.0
_QOS = 1


class Listener(Protocol):
    """The owner of a wire, called in the loop's thread. Reason codes are paho's."""

    def accepted(self) -> None:
        """The broker accepted the connection, and unacknowledged messages were sent again."""

    def lost(self, reason: str) -> None:
        """The connection ended or could not be established."""

    def acknowledged(self, packet_id: int, reason_code: Any) -> None:
        """The broker answered a message."""

    def subscribed(self, packet_id: int, reason_codes: Sequence[Any]) -> None:
        """The broker answered a subscription, with one code per filter."""

    def arrived(self, topic: str, payload: bytes) -> None:
        """A message for this client arrived."""


class Wire:
    """MQTT 5 with QoS 1 over TLS. All methods except `connect` belong to the loop's thread."""

    def __init__(
        self, client_id: str, address: MqttAddress, tls: ssl.SSLContext, loop: MqttLoop, listener: Listener
    ) -> None:
        self._address = address
        self._loop = loop
        self._listener = listener
        version = MQTTProtocolVersion.MQTTv5
        self._client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=version, reconnect_on_failure=False)
        self._client.connect_timeout = CONNECT_SECONDS
        self._client.max_inflight_messages_set(0)  # No limit here, because the outbox has one.
        self._client.tls_set_context(tls)
        self._set_callbacks()
        self._client.connect_async(address.host, address.port, KEEP_ALIVE_SECONDS)

    @property
    def is_up(self) -> bool:
        """Whether there is a socket."""
        return self._client.socket() is not None

    def connect(self) -> None:
        """Connect. Blocks; the listener is told the result."""
        try:
            self._client.reconnect()
        except OSError as error:  # includes TLS errors
            reason = f"no connection to {self._address.host}:{self._address.port}: {error}"
            self._loop.call(lambda: self._listener.lost(reason))

    def publish(self, topic: str, payload: bytes) -> int:
        """Send a message and return its packet id. Raises `ValueError` for a message that MQTT does not allow."""
        return self._client.publish(topic, payload, _QOS).mid

    def subscribe(self, filters: Sequence[str]) -> int | None:
        """Request a subscription and return its packet id, or None without a connection."""
        options = SubscribeOptions(qos=_QOS)
        result, packet_id = self._client.subscribe([(each, options) for each in filters])
        return packet_id if result is MQTTErrorCode.MQTT_ERR_SUCCESS else None

    def tend(self) -> None:
        """Keep the connection alive and detect a dead one. Call it several times per minute."""
        self._client.loop_misc()

    def disconnect(self) -> None:
        """Disconnect properly."""
        self._client.disconnect()
        self._client.loop_write()

    def readable(self) -> None:
        """Read from the socket, including what TLS has buffered."""
        self._client.loop_read()
        sock: Any = self._client.socket()
        while sock is not None and sock.pending():
            self._client.loop_read()
            sock = self._client.socket()

    def writable(self) -> None:
        """Write waiting data."""
        self._client.loop_write()

    def _set_callbacks(self) -> None:
        client = self._client
        client.on_connect = self._on_connect
        client.on_disconnect = lambda *args: self._listener.lost(f"the broker ended the connection: {args[3]}")
        client.on_publish = lambda *args: self._listener.acknowledged(args[2], args[3])
        client.on_subscribe = lambda *args: self._listener.subscribed(args[2], args[3])
        client.on_message = self._on_message
        client.on_socket_open = self._on_socket_open
        client.on_socket_close = lambda _, __, sock: self._loop.forget(sock)
        client.on_socket_register_write = self._on_socket_open
        client.on_socket_unregister_write = lambda _, __, sock: self._watch(sock, write=False)

    def _on_socket_open(self, _: Client, __: object, sock: SocketLike) -> None:
        self._loop.call(lambda: self._watch(sock, write=True))

    def _watch(self, sock: SocketLike, *, write: bool) -> None:
        if sock is self._client.socket():
            self._loop.watch(sock, self, write=write)

    def _on_connect(self, *arguments: Any) -> None:
        if not arguments[3].is_failure:
            # Deferred, because paho first sends unacknowledged messages again.
            self._loop.call(self._listener.accepted)

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        self._listener.arrived(message.topic, bytes(message.payload))
