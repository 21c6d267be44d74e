"""Outgoing messages of a device: in order, a limited number in flight, each with its result."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from local.devices.errors import NotDeliveredError

if TYPE_CHECKING:
    from collections.abc import Callable


class OutgoingPublish(NamedTuple):
    """One message and the future of its delivery."""

    topic: str
    payload: bytes
    delivery: Future[None]


class Outbox:
    """`transmit` sends a message and returns its packet id. It raises `ValueError` for a message that MQTT does not
    allow.

    Not thread-safe.
    """

    def __init__(self, client_id: str, in_flight: int, transmit: Callable[[str, bytes], int]) -> None:
        self._client_id = client_id
        self._in_flight = in_flight
        self._transmit = transmit
        self._waiting: deque[OutgoingPublish] = deque()
        self._sent: dict[int, Future[None]] = {}

    def add(self, message: OutgoingPublish) -> None:
        """Append a message."""
        self._waiting.append(message)

    def flush(self) -> None:
        """Send messages up to the limit in flight."""
        while self._waiting and len(self._sent) < self._in_flight:
            message = self._waiting.popleft()
            try:
                self._sent[self._transmit(message.topic, message.payload)] = message.delivery
            except ValueError as error:
                finish(message.delivery, f"{self._client_id}: {message.topic}: {error}")

    def acknowledged(self, packet_id: int, reason_code: Any) -> None:
        """Process the broker's answer to one message."""
        delivery = self._sent.pop(packet_id, None)
        if delivery is not None:
            finish(delivery, f"{self._client_id}: {reason_code}" if reason_code.is_failure else None)

    def give_up(self, reason: str) -> None:
        """Fail all remaining messages."""
        unanswered = [*self._sent.values(), *(message.delivery for message in self._waiting)]
        self._sent.clear()
        self._waiting.clear()
        for delivery in unanswered:
            finish(delivery, reason)


def finish(answer: Future[None], refusal: str | None) -> None:
    """Complete `answer`, or make it raise `NotDeliveredError`. A cancelled one stays as it is."""
    with suppress(InvalidStateError):
        if refusal is None:
            answer.set_result(None)
        else:
            answer.set_exception(NotDeliveredError(refusal))
