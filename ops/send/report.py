"""The report of a send: one line per refusal, and the totals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ops.progress import ProgressLines

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ops.send.item import RefusedItem, Unsent


class SendReport:
    """Prints refusals as they become known, so that a file may have any length."""

    def __init__(self, noun: str) -> None:
        self._noun = noun
        self._progress = ProgressLines()
        self.items = self.accepted = self.duplicates = self.refused = self.anomalies = 0
        self._requests = self._known = 0

    def request(self, *, known: bool) -> None:
        """Count a request. ``known`` means that the API had answered it before."""
        self._requests += 1
        self._known += known

    def answered(self, items: int) -> None:
        """Count items whose result is known."""
        self.items += items
        self._progress.show(
            f"{self.items:,} {self._noun}s, {self.accepted:,} readings accepted, {self.refused:,} refused, "
            f"{self.items / self._progress.seconds:,.0f} {self._noun}s/s"
        )

    def took(self, answer: Mapping[str, Any]) -> None:
        """Count the accepted readings of a response."""
        self.accepted += int(answer.get("accepted", 0))
        self.duplicates += int(answer.get("duplicates", 0))

    def refuse(self, number: int, why: RefusedItem) -> None:
        """Print and count a refusal."""
        self.refused += 1
        print(f"{self._noun} {number}: {why.reason}: {' '.join(why.detail.split())}")

    def unsent(self, item: Unsent) -> None:
        """Print and count an item that was not sent."""
        self.refuse(item.number, item.why)
        self.items += 1

    def judge(self, number: int, reading: Mapping[str, Any]) -> None:
        """Count one evaluated reading of ``/process`` and print it if it is an anomaly."""
        if not reading.get("is_anomaly"):
            return
        self.anomalies += 1
        names = ("device_id", "sensor_type", "value", "severity", "reason")
        print(f"{self._noun} {number}: anomaly: {' '.join(str(reading.get(name, '-')) for name in names)}")

    def close(self, repeated: int, *, judged: bool) -> None:
        """Print the totals. ``repeated`` requests were retries.

        A request that the API already knew was sent by an attempt whose response was lost, or by an earlier command.
        """
        anomalies = f", {self.anomalies:,} anomalies" if judged else ""
        requests = f"{self._requests:,} requests ({repeated:,} retries, {self._known:,} already known)"
        print(
            f"{self.items:,} {self._noun}s in {requests} "
            f"in {self._progress.seconds:.1f} s: {self.accepted:,} readings accepted, {self.duplicates:,} duplicates, "
            f"{self.refused:,} refused{anomalies}"
        )
