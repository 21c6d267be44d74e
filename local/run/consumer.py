"""The consumer of the transport: our driver of the stream's mapping, or MiniStack's of the queue's."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.endpoints import Clients

_WAITING = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class Consumer(Protocol):
    """What the run asks of either consumer."""

    @property
    def pending(self) -> int:
        """Number of records or messages that wait or are in progress."""

    def idle_for(self) -> float:
        """Return the seconds since something waited or was in progress."""

    def check(self) -> None:
        """Raise the error that ended the consumer, if any."""


class QueueConsumer:
    """Watches the queues that MiniStack's mappings read. A failed message waits for its next attempt."""

    def __init__(self, clients: Clients, urls: Sequence[str], clock: Callable[[], float] = monotonic) -> None:
        self._sqs = clients.client("sqs")
        self._urls = urls
        self._clock = clock
        self._busy = clock()

    @property
    def pending(self) -> int:
        waiting = sum(self._waiting(url) for url in self._urls)
        if waiting:
            self._busy = self._clock()
        return waiting

    def idle_for(self) -> float:
        return 0.0 if self.pending else self._clock() - self._busy

    def check(self) -> None:
        """Do nothing: MiniStack's mapping cannot end."""

    def _waiting(self, url: str) -> int:
        attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_WAITING))["Attributes"]
        return sum(int(attributes.get(name, 0)) for name in _WAITING)
