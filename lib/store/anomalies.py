"""The anomaly objects: a prefix of the raw archive's bucket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.part import PartDescription

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.building.iam import Role
    from lib.store.bucket import Bucket
    from lib.store.store import StoreSite

ANOMALIES_PREFIX = "anomalies/"


@dataclass(frozen=True)
class Anomalies:
    """Anomalous readings, written at once: one object per batch."""

    bucket: Bucket

    def settings(self) -> Mapping[str, object]:
        return {"anomalies_bucket": self.bucket.name}

    def grant_write(self, role: Role) -> None:
        self.bucket.grant_write(role, ANOMALIES_PREFIX)

    def describe(self) -> PartDescription:
        """Return nothing: the raw archive describes the bucket."""
        return PartDescription()


def build_store(site: StoreSite) -> Anomalies | None:
    return Anomalies(site.raw) if site.raw and site.context.config.archive.anomalies else None
