"""The stores of a deployment: those that functions write to, and the buckets for failed and raw records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from lambda_src.common.discovery import offered
from lib import store as store_modules
from lib.monitoring.dashboard.failures import failures_bucket_row
from lib.part import PartDescription, combined
from lib.store.archive_bucket import ArchiveBucket
from lib.store.bucket import Bucket
from lib.store.store import StoreSite

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from constructs import Construct

    from lambda_src.common.settings import EnvSettings
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key
    from lib.store.store import ReadingStore

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Stores:
    """``on_failure`` and ``raw`` are None where the deployment has no such bucket."""

    quarantine: Bucket
    on_failure: Bucket | None
    """Keeps records that failed all retries. A queue has a dead-letter queue instead."""
    raw: Bucket | None
    """The bucket of the raw archive."""
    written: Sequence[ReadingStore]
    """The stores that functions write to."""

    def find(self, kind: type[T]) -> T | None:
        """The store of this class, if the deployment has one."""
        return next((store for store in self.written if isinstance(store, kind)), None)

    def settings_of(self, settings: type[EnvSettings]) -> dict[str, Any]:
        """Values for a function's settings: those of all stores that it writes to."""
        return {name: value for store in self._of(settings) for name, value in store.settings().items()}

    def grant_write(self, role: Role, settings: type[EnvSettings]) -> None:
        """Let a function's ``role`` write to the stores that its settings have."""
        for store in self._of(settings):
            store.grant_write(role)

    def buckets(self) -> list[Bucket]:
        """Every bucket with readings or with messages that could not become readings."""
        kept = (self.quarantine, self.on_failure, self.raw, *self.written)
        return [each for each in kept if isinstance(each, Bucket)]

    def describe(self) -> PartDescription:
        failed = {"quarantine": self.quarantine, **({"on-failure": self.on_failure} if self.on_failure else {})}
        own = PartDescription(
            rows=[failures_bucket_row(label, bucket.name) for label, bucket in failed.items()],
            outputs={f"{label.replace('-', '_')}_bucket": bucket.name for label, bucket in failed.items()},
            uses=[bucket.use() for bucket in failed.values()],
        )
        return combined((own, *(store.describe() for store in self.written)))

    def _of(self, settings: type[EnvSettings]) -> Iterator[ReadingStore]:
        fields = {*settings.__struct_fields__}
        return (store for store in self.written if store.settings().keys() <= fields)


def build_stores(scope: Construct, *, context: Context, key: Key) -> Stores:
    """The stores that the settings enable."""
    config = context.config
    quarantine = Bucket(scope, "quarantine", context=context, key=key, lifecycle=config.quarantine)
    on_failure = raw = None
    if config.transport == "kinesis":
        on_failure = Bucket(scope, "on-failure", context=context, key=key, lifecycle=config.quarantine)
    if config.archive.enabled:
        raw = ArchiveBucket(scope, "raw", context=context, key=key, settings=config.raw)
    site = StoreSite(scope=scope, context=context, key=key, quarantine=quarantine, raw=raw)
    built = [build_store(site) for build_store in offered(store_modules, "build_store")]
    written = [store for store in built if store is not None]
    return Stores(quarantine=quarantine, on_failure=on_failure, raw=raw, written=written)
