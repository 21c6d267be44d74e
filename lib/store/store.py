"""What a store of readings is to the rest of the stack.

To add a store, add a module to this folder that defines `build_store`: nothing else lists the stores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from lib.building.iam import Role
    from lib.context import Context
    from lib.part import PartDescription
    from lib.security.key import Key
    from lib.store.bucket import Bucket


class ReadingStore(Protocol):
    """A store that functions write to."""

    def settings(self) -> Mapping[str, object]:
        """The fields of the functions' settings that name the store. A function that has all of them writes to it."""

    def grant_write(self, role: Role) -> None: ...

    def describe(self) -> PartDescription: ...


@dataclass(frozen=True, kw_only=True)
class StoreSite:
    """What each module's ``build_store(site)`` can use. It returns None where the settings do not enable the store."""

    scope: Construct
    context: Context
    key: Key
    quarantine: Bucket
    raw: Bucket | None
    """The bucket of the raw archive."""
