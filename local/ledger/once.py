"""Each reading once, as whoever reads a store takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.common.readings.reading import Identity
    from local.ledger.account import Stored


class Once:
    """Of an identity's copies the one that arrived first counts. ``repeats`` is how many others the last call found."""

    def __init__(self) -> None:
        self.repeats = 0

    def of(self, copies: Iterable[tuple[float, Stored]]) -> list[Stored]:
        """Return each reading once. ``copies`` are pairs of arrival and reading; of equal arrivals the least value
        counts, as in the views.
        """
        first: dict[Identity, tuple[float, float]] = {}
        self.repeats = 0
        for arrival, (identity, value) in copies:
            known = first.get(identity)
            self.repeats += known is not None
            first[identity] = (arrival, value) if known is None else min(known, (arrival, value))
        return [(identity, value) for identity, (_, value) in first.items()]
