"""A message of a device and the readings that it must become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from lambda_src.common.readings.sensor_names import original_name

if TYPE_CHECKING:
    from typing import Self

    from lambda_src.common.readings.reading import Identity


@dataclass(frozen=True, slots=True)
class PlantMessage:
    """A record for the stream, and the readings expected in every store."""

    payload: bytes
    partition_key: str
    """The device's id, so that its readings keep their order."""
    readings: tuple[tuple[Identity, float], ...]
    topic: str | None = None
    """Where it is published; None for the deployment's telemetry topic."""

    @classmethod
    def of_reading(cls, identity: Identity, value: float, production_line: str) -> Self:
        """Return a message with one reading, in the format of the plant's gateways.

        `timestamp` is in seconds with up to three decimals; times 1,000 and rounded it is `timestamp_ms`.
        """
        payload = msgspec.json.encode(
            {
                "sensor_id": identity.device_id,
                "sensor_type": original_name(identity.sensor_type),
                "value": value,
                "timestamp": identity.timestamp_ms / 1000,
                "production_line": production_line,
            }
        )
        return cls(payload, identity.device_id, ((identity, value),))
