"""What reads a store back, through the store's public API.

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
"""The messages that were sent, by their bytes, with the readings in them (none if it must be refused)."""


class StoreReader(Protocol):
    """Reads one store back."""

    name: str
    repeats_allowed: bool
    """Whether a reading may be there more than once, since the store keeps whatever comes."""

    def expected(self, sent: Mapping[Identity, float]) -> Mapping[Identity, float]:
        """Those of the readings sent that have to be there."""

    def count(self) -> int:
        """Readings there now, roughly: for watching, and for telling that a store has stopped changing."""

    def read(self) -> Iterable[Stored]:
        """Every reading that is there now."""


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
