"""A table of births and a publisher in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from lambda_src.common.readings.sparkplug.births import BirthKey, Lineage
    from lambda_src.common.readings.sparkplug.sequence import Sequence


class FakeBirthTable:
    def __init__(self) -> None:
        self.lineages: dict[BirthKey, Lineage] = {}
        self.numbers: dict[BirthKey, Sequence] = {}
        self.asked: dict[BirthKey, int] = {}

    def load(self, keys: Collection[BirthKey]) -> dict[BirthKey, Lineage]:
        return {key: self.lineages[key] for key in keys if key in self.lineages}

    def update(self, key: BirthKey, change: Callable[[Lineage | None], Lineage | None]) -> Lineage | None:
        changed = change(self.lineages.get(key))
        if changed is not None:
            self.lineages[key] = changed
        return changed

    def devices_of(self, edge: BirthKey) -> list[BirthKey]:
        return [key for key in self.lineages if key.device and key[:2] == edge[:2]]

    def number(self, edge: BirthKey, change: Callable[[Sequence | None], Sequence]) -> None:
        self.numbers[edge] = change(self.numbers.get(edge))

    def may_ask(self, edge: BirthKey, now_ms: int, every_ms: int) -> bool:
        if now_ms - self.asked.get(edge, -every_ms) < every_ms:
            return False
        self.asked[edge] = now_ms
        return True


class FakeCommands:
    def __init__(self) -> None:
        self.published: list[tuple[str, bytes]] = []

    def publish(self, topic: str, payload: bytes) -> None:
        self.published.append((topic, payload))
