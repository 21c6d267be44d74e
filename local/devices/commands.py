"""Commands to a device of the fleet: each is answered, as firmware would, under its command topic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from local.devices.connection import DeviceConnection


class CommandAnswers:
    """Answers what arrives on a device's command topic at ``<command topic>/response``.

    The answer is ``{"device_id", "status", "command"}``: the command as it was read, or ``status`` ``"rejected"`` where
    it is not JSON.
    """

    def __init__(self, topic: str, device: str) -> None:
        """``topic`` is the deployment's command topic with ``{device}``."""
        self.topic = topic.replace("{device}", device)
        self._device = device
        self._connection: DeviceConnection | None = None
        self.answered = 0

    def listen(self, connection: DeviceConnection) -> None:
        """Subscribe; `NotDeliveredError` when the broker refuses it."""
        self._connection = connection
        connection.subscribe(self.topic)

    def arrived(self, topic: str, payload: bytes) -> None:
        """For `DeviceConnection`'s ``on_message``; runs in the loop's thread, so it does not wait for the broker."""
        if topic != self.topic or self._connection is None:
            return
        answer = json.dumps({"device_id": self._device, **_read(payload)}).encode()
        self._connection.publish(f"{self.topic}/response", answer)
        self.answered += 1


def _read(payload: bytes) -> dict[str, Any]:
    try:
        return {"status": "done", "command": json.loads(payload)}
    except (ValueError, RecursionError):
        return {"status": "rejected", "command": None}
