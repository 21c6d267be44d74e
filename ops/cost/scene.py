"""What the prices of one resource are calculated from, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lib.usage import of_kind

if TYPE_CHECKING:
    from lib.usage import Amount, Traffic, UseKind
    from ops.cost.plan import PricedPlan, Resource

HOURS = 730
"""Hours of a month, as AWS's own calculator counts."""
SECONDS = HOURS * 3600
GB = 2**30
"""AWS bills binary gigabytes under this name."""
DAY = 86_400


class UndescribedUseError(Exception):
    """The part that owns a resource does not say what the load makes it do."""


@dataclass(frozen=True)
class Quantity:
    """A month's quantity of one price, in single units."""

    price: str
    quantity: float


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A plan under a load, ``age_days`` after its first reading: what is kept longer has not filled up yet."""

    plan: PricedPlan
    traffic: Traffic
    age_days: float

    def amounts(self, resource: Resource, kind: UseKind) -> list[Amount]:
        """What the parts say of the resource; raises `UndescribedUseError` if none says anything of this kind."""
        found = self.optional(resource, kind)
        if not found:
            raise UndescribedUseError(f"no part describes its {kind} (lib.part.PartDescription.uses)")
        return found

    def optional(self, resource: Resource, kind: UseKind) -> list[Amount]:
        """As `amounts`, but nothing said means nothing done."""
        return [use.amount(self.traffic) for use in of_kind(self.plan.uses, resource.path, kind)]

    def kept_gb(self, bytes_per_second: float, kept_days: float) -> float:
        """GB at the end of the period, of what stays ``kept_days``."""
        return bytes_per_second * DAY * max(0.0, min(kept_days, self.age_days)) / GB
