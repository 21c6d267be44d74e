"""What reads the transport: ours drives the stream's mapping, MiniStack the queue's, and both can be asked the same."""

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
    @property
    def pending(self) -> int:
        """What waits or is under way."""

    def idle_for(self) -> float:
        """Seconds since something waited or was under way."""

    def check(self) -> None:
        """Raise what ended the consumer, if something did."""


class QueueConsumer:
    """Looks at the queues that MiniStack's mappings read; a message that fails waits for its next try."""

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
        """Nothing of ours runs that could end."""

    def _waiting(self, url: str) -> int:
        attributes = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_WAITING))["Attributes"]
        return sum(int(attributes.get(name, 0)) for name in _WAITING)
