"""Messages on their way out of a device: in the order given, a bounded number at once, each with its answer."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from local.devices.errors import NotDeliveredError

if TYPE_CHECKING:
    from collections.abc import Callable


class OutgoingPublish(NamedTuple):
    topic: str
    payload: bytes
    delivery: Future[None]


class Outbox:
    """`transmit` sends a message and returns its packet id; `ValueError` says that MQTT knows no such message.

    Not to be shared by threads.
    """

    def __init__(self, client_id: str, in_flight: int, transmit: Callable[[str, bytes], int]) -> None:
        self._client_id = client_id
        self._in_flight = in_flight
        self._transmit = transmit
        self._waiting: deque[OutgoingPublish] = deque()
        self._sent: dict[int, Future[None]] = {}

    def add(self, message: OutgoingPublish) -> None:
        """Put a message behind the others."""
        self._waiting.append(message)

    def flush(self) -> None:
        """Send what may be on its way by now."""
        while self._waiting and len(self._sent) < self._in_flight:
            message = self._waiting.popleft()
            try:
                self._sent[self._transmit(message.topic, message.payload)] = message.delivery
            except ValueError as error:
                settle(message.delivery, f"{self._client_id}: {message.topic}: {error}")

    def acknowledged(self, packet_id: int, reason_code: Any) -> None:
        """Take the broker's answer to one message."""
        delivery = self._sent.pop(packet_id, None)
        if delivery is not None:
            settle(delivery, f"{self._client_id}: {reason_code}" if reason_code.is_failure else None)

    def give_up(self, reason: str) -> None:
        """None of those that are left will be delivered."""
        unanswered = [*self._sent.values(), *(message.delivery for message in self._waiting)]
        self._sent.clear()
        self._waiting.clear()
        for delivery in unanswered:
            settle(delivery, reason)


def settle(answer: Future[None], refusal: str | None) -> None:
    """Fulfil `answer`, or let it raise `NotDeliveredError`; one that nobody waits for any more stays as it is."""
    with suppress(InvalidStateError):
        if refusal is None:
            answer.set_result(None)
        else:
            answer.set_exception(NotDeliveredError(refusal))
