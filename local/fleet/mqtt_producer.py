"""The producer of devices: each message goes over its device's connection."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, wait
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from local.fleet.producer import ProducerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from local.fleet.message import PlantMessage


class Publishes(Protocol):
    """The only method of a device's connection that is needed."""

    def publish(self, topic: str, payload: bytes) -> Future[None]: ...


class MqttProducer:
    """Publishes messages, each by its own device, and waits for the broker's acknowledgements.

    `topic` is a template with `{device}`. A device's messages keep their order, whatever happens to its connection.
    """

    def __init__(
        self,
        connections: Mapping[str, Publishes],
        topic: str,
        *,
        timeout: float = 60.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._connections = connections
        self._topic = topic
        self._timeout = timeout
        self._clock = clock

    def send(self, messages: Sequence[PlantMessage]) -> Iterator[list[PlantMessage]]:
        """Send all `messages` and yield those that the broker acknowledged, as the answers arrive.

        Raises `ProducerError` if some are not acknowledged within `timeout` seconds, and `NotDeliveredError` if the
        broker refuses one. Yielded messages are delivered; the state of the others is unknown.
        """
        deadline = self._clock() + self._timeout
        open_answers = {self._publish(message): message for message in messages}
        while open_answers:
            left = deadline - self._clock()
            done, _ = wait(open_answers, max(0.0, left), return_when=FIRST_COMPLETED)
            if not done:
                raise ProducerError(f"{len(open_answers)} messages not acknowledged within {self._timeout:g} s")
            # In the order of sending, as a stream would have them.
            answered = [answer for answer in open_answers if answer in done]
            for answer in answered:
                answer.result()
            yield [open_answers.pop(answer) for answer in answered]

    def _publish(self, message: PlantMessage) -> Future[None]:
        device = message.partition_key
        topic = message.topic or self._topic.format(device=device)
        return self._connections[device].publish(topic, message.payload)
