"""How much an answer may hold: a function's answer ends at 6 MB, whatever number of items a page has."""

from __future__ import annotations

import json

import msgspec

MOST_BYTES = 5_000_000
"""Of a page's items as they are handed to the gateway; the rest is for what is around them."""


class Room:
    """What is left in an answer. The first item always fits: none comes near to the whole."""

    def __init__(self) -> None:
        self._left = MOST_BYTES
        self._empty = True

    def takes(self, item: object) -> bool:
        """Whether ``item`` still fits; then its room is taken."""
        # The body is a JSON text, and is written into the answer's JSON as one string: a quote in it doubles once more.
        size = len(json.dumps(msgspec.json.encode(item).decode()))
        if size > self._left and not self._empty:
            return False
        self._left -= size
        self._empty = False
        return True
