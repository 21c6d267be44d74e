"""Read a store through its public API.

To add a store, add a module to this folder that defines `open_reader`: nothing else lists the readers.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lambda_src.common.discovery import offered
from lambda_src.common.readings.reading import Identity
from lib.config import Config
from local import ledger
from local.endpoints import Clients
from local.ledger.account import Stored

Payloads = Mapping[bytes, Sequence[Stored]]
"""The messages that were sent, by their bytes, with their readings (none for an invalid message)."""


class StoreReader(Protocol):
    """Reads one store back."""

    name: str
    repeats: int
    """Copies that the last `read` left out: stored, but counted by no reader."""

    def expected(self, sent: Mapping[Identity, float]) -> Mapping[Identity, float]:
        """Return the sent readings that this store must hold."""

    def count(self) -> int:
        """Return the approximate number of readings, to see when the store stops growing."""

    def read(self) -> Iterable[Stored]:
        """Return every reading of the store, each once as its readers take it."""


@dataclass(frozen=True, kw_only=True)
class LedgerSources:
    """What each module's ``open_reader(sources)`` can use. It returns None if the deployment has no such store."""

    clients: Clients
    outputs: Mapping[str, Any]
    """The deployment's Terraform outputs."""
    payloads: Payloads
    config: Config
    applications: Collection[str]
    """The devices whose readings come over HTTP."""


def readers_for(
    clients: Clients,
    outputs: Mapping[str, Any],
    payloads: Payloads,
    config: Config,
    applications: Collection[str] = (),
) -> list[StoreReader]:
    """A reader for each store that the deployment has, by name; the arguments as in `LedgerSources`."""
    sources = LedgerSources(
        clients=clients, outputs=outputs, payloads=payloads, config=config, applications=applications
    )
    opened = [open_reader(sources) for open_reader in offered(ledger, "open_reader")]
    return sorted((reader for reader in opened if reader is not None), key=lambda reader: str(reader.name))
