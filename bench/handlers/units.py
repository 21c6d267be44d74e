"""What DynamoDB charges for a write, from the request alone: one unit for each started KB of the item.

Sizes follow the developer guide's "DynamoDB item sizes and formats". Every item is taken for new or replaced by one of
its size, and ``with_indexes`` for a table with one index that projects everything, as ours have: a put writes that
index once; an update that changes its key, as every one of a device's state does, deletes there and puts. An update of
an episode seldom changes its index, so for those ``with_indexes`` is an upper limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WRITES = frozenset(
    f"dynamodb.{operation}" for operation in ("BatchExecuteStatement", "BatchWriteItem", "PutItem", "UpdateItem")
)
_KB = 1024


class Units(NamedTuple):
    table: int = 0
    with_indexes: int = 0

    def plus(self, other: Units) -> Units:
        return Units(self.table + other.table, self.with_indexes + other.with_indexes)


def weigh(writes: Iterable[tuple[str, bytes]]) -> Units:
    """Return the write units of requests, each given as operation and body."""
    total = Units()
    for operation, body in writes:
        for units in _of_request(operation, msgspec.json.decode(body)):
            total = total.plus(units)
    return total


def _of_request(operation: str, asked: dict[str, Any]) -> Iterable[Units]:
    if operation == "dynamodb.BatchWriteItem":
        for requests in asked["RequestItems"].values():
            for request in requests:
                put = request.get("PutRequest", {}).get("Item")
                yield _units(item_size(put or request["DeleteRequest"]["Key"]), index_writes=1)
    elif operation == "dynamodb.BatchExecuteStatement":
        for statement in asked["Statements"]:
            size = sum(_value_size(value) for value in statement["Parameters"]) + len(statement["Statement"])
            yield _units(size, index_writes=1 if statement["Statement"].startswith("INSERT") else 2)
    elif operation == "dynamodb.PutItem":
        yield _units(item_size(asked["Item"]), index_writes=1)
    else:
        yield _units(item_size(asked["Key"] | asked.get("ExpressionAttributeValues", {})), index_writes=0)


def _units(size: int, *, index_writes: int) -> Units:
    units = -(-size // _KB)
    return Units(units, units * (1 + index_writes))


def item_size(item: Mapping[str, dict[str, Any]]) -> int:
    """Return the bytes of an item, or of a map's content, in the low-level form."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "N":
        return _number_size(content)
    if kind == "S":
        return len(content.encode())
    if kind == "B":
        return len(content) * 3 // 4
    if kind == "L":
        return 3 + sum(1 + _value_size(element) for element in content)
    if kind == "M":
        return 3 + len(content) + item_size(content)
    if kind in {"NULL", "BOOL"}:
        return 1
    return sum(_value_size({kind[0]: element}) for element in content)


def _number_size(text: str) -> int:
    """Return about one byte per two significant digits plus one, and one more for a minus."""
    digits = text.lower().partition("e")[0].lstrip("-").replace(".", "").strip("0")
    return 1 + -(-len(digits) // 2) + text.startswith("-")
