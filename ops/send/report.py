"""What became of what was sent: a line for each refusal, and the sums."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.progress import ProgressLines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.send.item import RefusedItem, Unsent


class SendReport:
    """Prints refusals as they become known, so that a file of any length can be sent."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._progress = ProgressLines()
        self.items = self.accepted = self.duplicates = self.refused = self.anomalies = 0
        self._requests = self._known = 0

    def request(self, *, known: bool) -> None:
        """One was answered; ``known`` where the API had answered the same one before."""
        self._requests += 1
        self._known += known

    def answered(self, items: int) -> None:
        """Of ``items`` it is known what became of them."""
        self.items += items
        self._progress.tell(
            f"{self.items:,} {self._noun}s, {self.accepted:,} readings accepted, {self.refused:,} refused, "
            f"{self.items / self._progress.seconds:,.0f} {self._noun}s/s"
        )

    def took(self, answer: Mapping[str, Any]) -> None:
        self.accepted += int(answer.get("accepted", 0))
        self.duplicates += int(answer.get("duplicates", 0))

    def refuse(self, number: int, why: RefusedItem) -> None:
        self.refused += 1
        print(f"{self._noun} {number}: {why.reason}: {' '.join(why.detail.split())}")

    def unsent(self, item: Unsent) -> None:
        self.refuse(item.number, item.why)
        self.items += 1

    def judge(self, number: int, reading: Mapping[str, Any]) -> None:
        """One reading of an answer of ``/process``."""
        if not reading.get("is_anomaly"):
            return
        self.anomalies += 1
        names = ("device_id", "sensor_type", "value", "severity", "reason")
        print(f"{self._noun} {number}: anomaly: {' '.join(str(reading.get(name, '-')) for name in names)}")

    def close(self, repeated: int, *, judged: bool) -> None:
        """The summary; ``repeated`` requests had to be made once more.

        What the API already knew was sent by an attempt whose answer was lost, or by an earlier command.
        """
        anomalies = f", {self.anomalies:,} anomalies" if judged else ""
        requests = f"{self._requests:,} requests ({repeated:,} repeated, {self._known:,} known)"
        print(
            f"{self.items:,} {self._noun}s in {requests} "
            f"in {self._progress.seconds:.1f} s: {self.accepted:,} readings accepted, {self.duplicates:,} double, "
            f"{self.refused:,} refused{anomalies}"
        )
