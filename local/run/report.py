"""The account of a whole run, as a value and as JSON."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from local.ledger.account import StoreAccount
from local.ledger.alerts import AlertAccount
from local.ledger.order import OrderAccount
from local.ledger.quarantine import QuarantineAccount


@dataclass(frozen=True)
class RunReport:
    """Everything that a run found out. Times in seconds, latencies in milliseconds.

    `conflicts` are readings that were not sent, since their source contradicts itself there; `failures` are batches
    in the on-failure bucket, none of which a run explains. `order` is None where a bridge gives it up.
    """

    preset: str
    sent: int
    stores: Sequence[StoreAccount]
    quarantine: QuarantineAccount
    alerts: AlertAccount
    failures: int
    latencies_ms: Sequence[float]
    order: OrderAccount | None = None
    conflicts: int = 0
    destroy_error: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether nothing is missing, double, unexplained or out of order, each alert came, and all was destroyed."""
        parts = [
            *(store.ok for store in self.stores),
            self.quarantine.ok,
            self.alerts.ok,
            self.failures == 0,
            self.order is None or self.order.ok,
            self.destroy_error is None,
        ]
        return bool(self.stores) and self.sent > 0 and all(parts)

    def as_json(self, seconds: Mapping[str, float]) -> dict[str, Any]:
        """The report in its documented form."""
        return {
            "preset": self.preset,
            "sent": self.sent,
            "rejected": sum(self.quarantine.by_reason.values()),
            "conflicts": self.conflicts,
            "stores": {store.name: _store(store) for store in self.stores},
            "quarantined": dict(self.quarantine.by_reason),
            "quarantine_unexplained": self.quarantine.unexplained,
            "quarantine_missing": self.quarantine.missing,
            "failures": self.failures,
            "order": asdict(self.order) if self.order else None,
            "alerts": asdict(self.alerts),
            "destroy_error": self.destroy_error,
            "latency_ms": {"p50": percentile(self.latencies_ms, 50), "p99": percentile(self.latencies_ms, 99)},
            "seconds": dict(seconds),
            **self.extra,
            "ok": self.ok,
        }


def _store(store: StoreAccount) -> dict[str, Any]:
    return {key: value for key, value in asdict(store).items() if key not in ("name", "repeats_allowed")}


def percentile(values: Sequence[float], percent: float) -> float | None:
    """The smallest of `values` that at least `percent` of them do not exceed, to a tenth; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)], 1)


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report as a whole or not at all."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(report, indent=2) + "\n")
    draft.replace(path)
