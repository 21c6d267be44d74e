"""Items to send, and their results."""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """JSON to send. ``alone`` means that it needs a request of its own."""

    number: int
    data: bytes
    alone: bool = False


class RefusedItem(NamedTuple):
    """``reason`` is the API's code, ``detail`` a sentence."""

    reason: str
    detail: str


class Unsent(NamedTuple):
    """An item that is refused before it is sent."""

    number: int
    why: RefusedItem
