"""The interfaces through which readings are stored.

To add a store, add a module to this folder with a class that has `Writer.write`, and a `StoreKind` as its ``KIND``. A
class without ``follows`` has the methods of `Store`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from lambda_src.processor.stores.settings import ReadingStoreSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lambda_src.common.aws.deadline import Deadline
    from lambda_src.common.readings.rejects import Reason
    from lambda_src.processor.record import Entry, RecordOutage


class Rejection(NamedTuple):
    """A reading that the service will never take."""

    entry: Entry
    reason: Reason
    detail: str


class Outcome(NamedTuple):
    """What was not stored: ``failed`` may be taken later, ``rejected`` never. All others are stored."""

    failed: Sequence[Entry] = ()
    rejected: Sequence[Rejection] = ()
    outages: Sequence[RecordOutage] = ()
    """Those of an `OutageWriter` that may be taken later."""


class Writer(Protocol):
    def write(self, entries: Sequence[Entry], deadline: Deadline) -> Outcome:
        """Store ``entries``, each under a key that follows from it, so that storing it again changes nothing.

        Entries that do not fit into the deadline are failed. Raises the SDK's error if only a deployment can fix it.
        """
        ...


@runtime_checkable
class OutageWriter(Writer, Protocol):
    """Also takes the sensors that say that they have no value."""

    def write_all(self, entries: Sequence[Entry], outages: Sequence[RecordOutage], deadline: Deadline) -> Outcome:
        """As `write`, of the readings and outages of a batch."""
        ...


class Store(Writer, Protocol):
    """Takes each reading under its own key, and may reject it. What one store rejects no other store may keep."""

    @property
    def decides(self) -> bool:
        """Whether `write` may still reject: such a store is written before the others."""
        ...

    def rejects(self, entries: Sequence[Entry]) -> Sequence[Rejection]:
        """The entries that the service will never take, as far as the data tell: asked before any store is written."""
        ...


S = TypeVar("S", bound=ReadingStoreSettings)


@dataclass(frozen=True, kw_only=True)
class StoreKind(Generic[S]):
    """How functions open a store."""

    settings: type[S]
    """Every function whose settings are of this class writes to the store."""
    open: Callable[[S, bool], Writer | None]
    """Gets the settings and ``ordered`` as in `PipelineParts`; None if the deployment has no such store. Raises
    `SettingsError` for settings that contradict each other.
    """
    follows: bool = False
    """Whether it takes only what the batch finalizes, as `PipelineParts.followers` do."""
    order: int = 10
    """Of two stores that reject a reading, the one with the lower order gives the reason."""
