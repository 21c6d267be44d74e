"""DynamoDB's limit per partition of an index: 1,000 write units a second, whatever the table is given.

A write that changes an index's key costs a deletion and a put there, each one unit per started KB (Global secondary
indexes, in the developer guide). What is over is throttled, and with it the write to the table.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.model.services.dynamodb import MemoryDynamoDB

UNITS_PER_SECOND = 1000


class PartitionLimit:
    """A hook that throttles statements; ``partition`` is the attribute that the index is keyed by."""

    def __init__(self, db: MemoryDynamoDB, partition: str) -> None:
        self._partition = partition
        self.second = 0
        self.used: Counter[tuple[int, str]] = Counter()
        self.throttled = 0
        db.hook = self

    def __call__(self, name: str, request: Mapping[str, Any]) -> Any:
        if name != "batch_execute_statement":
            return None
        return {place: "ThrottlingError" for place, each in enumerate(request["Statements"]) if not self._takes(each)}

    def _takes(self, statement: Mapping[str, Any]) -> bool:
        text, parameters = statement["Statement"], statement["Parameters"]
        names = [part.split('"')[1] for part in text.split(" WHERE ")[0].split("SET ")[1:]]
        if not names:
            return True  # A new item is a single put, and comes once.
        values = dict(zip(names, parameters, strict=False))
        key = self.second, str(values[self._partition]["S"])
        units = 2 * -(-_size(values) // 1024)
        if self.used[key] + units > UNITS_PER_SECOND:
            self.throttled += 1
            return False
        self.used[key] += units
        return True


def _size(attributes: Mapping[str, Any]) -> int:
    """About the bytes of an item: enough for the units of small ones."""
    return sum(len(name) + len(str(value)) // 2 for name, value in attributes.items())
