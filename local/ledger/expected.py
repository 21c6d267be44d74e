"""Select the sent readings that a store must hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.fleet.episodes import is_anomaly

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lambda_src.common.readings.reading import Identity
    from lambda_src.common.thresholds import Threshold


def everything(sent: Mapping[Identity, float]) -> Mapping[Identity, float]:
    """Return all readings."""
    return sent


def anomalies(thresholds: Mapping[str, Threshold]) -> Callable[[Mapping[Identity, float]], Mapping[Identity, float]]:
    """Return a function that selects the readings outside the thresholds."""

    def choose(sent: Mapping[Identity, float]) -> Mapping[Identity, float]:
        return {
            identity: value
            for identity, value in sent.items()
            if is_anomaly(value, thresholds.get(identity.sensor_type))
        }

    return choose
