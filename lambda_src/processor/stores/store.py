"""The one interface through which readings are stored: to add a store, write a class with `Store.write`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.readings.rejects import Reason
    from lambda_src.processor.record import Entry


class Rejection(NamedTuple):
    """A reading that the service will never take."""

    entry: Entry
    reason: Reason
    detail: str


class Outcome(NamedTuple):
    """What was not stored: ``failed`` may be taken later, ``rejected`` never. All others are stored."""

    failed: Sequence[Entry] = ()
    rejected: Sequence[Rejection] = ()


class Store(Protocol):
    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """Store ``entries``, each under a key that follows from it, so that storing it again changes nothing.

        What does not fit into the deadline is failed. An error that only a deployment mends is raised.
        """
        ...
