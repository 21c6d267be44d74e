"""The size limit of a response: a function may return 6 MB, whatever the number of items."""

from __future__ import annotations

import json

import msgspec

MOST_BYTES = 5_000_000
"""Maximum bytes of a page's items as passed to the gateway; the rest is for everything around them."""


class Room:
    """What is left in a response. The first item always fits, because every item is far smaller than the limit."""

    def __init__(self) -> None:
        self._left = MOST_BYTES
        self._empty = True

    def takes(self, item: object) -> bool:
        """Reserve space for ``item``. Returns whether it fits."""
        # The body is JSON text inside the response's JSON, so every quote in it is escaped once more.
        size = len(json.dumps(msgspec.json.encode(item).decode()))
        if size > self._left and not self._empty:
            return False
        self._left -= size
        self._empty = False
        return True
