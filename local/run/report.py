"""The report of a run, as a value and as JSON."""

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
    """The result of a run. Times are in seconds, latencies in milliseconds.

    `conflicts` are readings that were not sent because the source has another value for the same time. `failures` are
    batches and messages that failed all retries; a run expects none. `order` is None if the deployment does not keep
    the order.
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
        """Whether nothing is missing, duplicated, unexplained or out of order, every alert arrived and all was
        destroyed.
        """
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
        """Return the report in its documented form."""
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
    return {key: value for key, value in asdict(store).items() if key != "name"}


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Return the smallest value that at least `percent` of the values do not exceed, to a tenth; None if empty."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)], 1)


def write_report(path: Path, report: Mapping[str, Any]) -> None:
    """Write the report atomically."""
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(report, indent=2) + "\n")
    draft.replace(path)
