"""Tables of DynamoDB in memory, their indexes, and what an item may hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tests.model.services.errors import client_error
from tests.model.services.expressions import Item, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_LARGEST, _SMALLEST = Decimal("1E126"), Decimal("1E-130")


@dataclass
class Index:
    partition: str
    sort: str
    keys_only: bool = False
    frozen: list[Item] | None = None
    """While set, what the index answers: it lags behind the table."""


@dataclass
class Table:
    partition: str
    sort: str | None = None
    indexes: dict[str, Index] = field(default_factory=dict)
    items: dict[tuple[str, ...], Item] = field(default_factory=dict)

    def key(self, item: Mapping[str, Any]) -> tuple[str, ...]:
        names = (self.partition,) if self.sort is None else (self.partition, self.sort)
        return tuple(next(iter(item[name].values())) for name in names)

    def of_index(self, index: Index) -> list[Item]:
        if index.frozen is not None:
            return index.frozen
        return [item for item in self.items.values() if index.partition in item and index.sort in item]

    def names(self) -> tuple[str, ...]:
        return (self.partition,) if self.sort is None else (self.partition, self.sort)


def order(table: Table, index: Index | None) -> Callable[[Item], Any]:
    sort = table.sort if index is None else index.sort

    def place(item: Item) -> Any:
        return (plain(item[sort]) if sort else 0, table.key(item))

    return place


def behind(found: list[Item], start: Item | None, order: Callable[[Item], Any], backwards: bool) -> Iterator[Item]:
    for item in found:
        if start is None or (order(item) < order(start) if backwards else order(item) > order(start)):
            yield item


def validate(item: Item) -> None:
    """What the service refuses: numbers out of range, and items above 400 KB."""

    def walk(attribute: Any) -> int:
        ((kind, value),) = attribute.items()
        if kind == "N":
            number = Decimal(value)
            if not number.is_finite() or (number and not _SMALLEST <= abs(number) < _LARGEST):
                raise client_error("ValidationException")
            return len(value) // 2 + 2
        if kind == "S":
            return len(value.encode("utf-8", "surrogatepass"))
        if kind == "L":
            return 3 + sum(1 + walk(each) for each in value)
        if kind == "M":
            return 3 + sum(1 + len(name) + walk(each) for name, each in value.items())
        return 1

    if sum(len(name) + walk(attribute) for name, attribute in item.items()) > 400 * 1024:
        raise client_error("ValidationException")
