"""What is sent, and what becomes of it."""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """JSON as it is sent; ``alone`` where no other may stand in the same request."""

    number: int
    data: bytes
    alone: bool = False


class RefusedItem(NamedTuple):
    """``reason`` is the API's code, ``detail`` a sentence."""

    reason: str
    detail: str


class Unsent(NamedTuple):
    """What is refused before it is sent."""

    number: int
    why: RefusedItem
