"""Pack items into requests."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from lambda_src.common.ingest.content import MOST_BYTES
from ops.send.item import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ops.send.item import Unsent


class RequestBatch:
    """The items of one request, in the order of the file."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items

    @property
    def first(self) -> int:
        """The number of the first item."""
        return self.items[0].number

    @property
    def alone(self) -> bool:
        """Return whether the item needs a request of its own."""
        return self.items[0].alone

    @property
    def body(self) -> bytes:
        """Return the request body."""
        return self.items[0].data if self.alone else b"[%s]" % b",".join(item.data for item in self.items)

    def key(self, attempt: int, run: str) -> str:
        """Return the Idempotency-Key: the same for the same content at the same position in a file.

        ``attempt`` counts how often the API accepted only other items of the batch. ``run`` makes the request different
        from that of other runs.
        """
        return hashlib.sha256(b"%s %d %d %s" % (run.encode(), self.first, attempt, self.body)).hexdigest()

    def halves(self) -> tuple[RequestBatch, RequestBatch]:
        """Split a batch of at least two items."""
        middle = len(self.items) // 2
        return RequestBatch(self.items[:middle]), RequestBatch(self.items[middle:])


def batches(found: Iterable[Item | Unsent], most: int, unsent: Callable[[Unsent], None]) -> Iterator[RequestBatch]:
    """Yield batches of at most ``most`` items and `MOST_BYTES`. Items that cannot be sent go to ``unsent``.

    An item may hold several readings. The API refuses it if they are too many for one request.
    """
    items: list[Item] = []
    room = MOST_BYTES
    for item in found:
        if not isinstance(item, Item):
            unsent(item)
            continue
        # Includes the comma or bracket before it and the closing bracket.
        size = len(item.data) + 2
        if items and (item.alone or items[0].alone or len(items) == most or size > room):
            yield RequestBatch(items)
            items, room = [], MOST_BYTES
        items.append(item)
        room -= size
    if items:
        yield RequestBatch(items)
