"""A loop that runs everything at once, and a wire that notes what goes over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Code:
    """A reason code as paho has them."""

    def __init__(self, name: str = "Success") -> None:
        self.is_failure = name != "Success"
        self._name = name

    def __str__(self) -> str:
        return self._name


class FakeLoop:
    """Runs what it is given at once; timers when they are told to."""

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def call(self, task: Callable[[], None]) -> None:
        task()

    def aside(self, task: Callable[[], None]) -> None:
        task()

    def later(self, seconds: float, task: Callable[[], None]) -> None:
        self.timers.append((seconds, task))

    def run_timers(self) -> None:
        due, self.timers = self.timers, []
        for _, task in due:
            task()


class FakeWire:
    """A broker that accepts every connection, unless `refusal` says why not, and answers when told to."""

    refusal: str | None = None

    def __init__(self, client_id: str, address: Any, tls: Any, loop: FakeLoop, listener: Any) -> None:
        self.client_id = client_id
        self.listener = listener
        self.is_up = False
        self.connects = 0
        self.published: list[tuple[str, bytes]] = []
        self.subscribed: list[tuple[str, ...]] = []
        self.ended = False

    def connect(self) -> None:
        self.connects += 1
        if self.refusal is not None:
            self.listener.lost(self.refusal)
            return
        self.is_up = True
        self.listener.accepted()

    def publish(self, topic: str, payload: bytes) -> int:
        if "#" in topic:
            raise ValueError("Publish topic cannot contain wildcards.")
        self.published.append((topic, payload))
        return len(self.published)

    def subscribe(self, filters: Sequence[str]) -> int | None:
        self.subscribed.append(tuple(filters))
        return 1000 + len(self.subscribed)

    def tend(self) -> None: ...

    def disconnect(self) -> None:
        self.ended = True

    def cut(self) -> None:
        self.is_up = False
        self.listener.lost("the network is gone")
