"""When a device's state has to be written. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from lambda_src.processor.device_state import anomalous

if TYPE_CHECKING:
    from lambda_src.processor.device_state import DeviceState


def is_due(device_id: str, written: DeviceState | None, current: DeviceState, every_ms: int) -> bool:
    """Whether the table has to be written.

    At once when the status changes, or a sensor is new, becomes anomalous or normal, or begins or ends an outage. Else
    once in ``every_ms`` of arrival time, when it was heard twice that later, or when its own time has advanced by
    ``every_ms`` more than the arrivals have: a stored backlog arrives within seconds.

    Each device has its own phase, so that a fleet's writes spread over the whole of it.
    """
    if written is None or written.status != current.status:
        return True
    if current is written:
        return False
    if current.outages.keys() != written.outages.keys():
        return True
    # A reader of the device must find each sensor at once. And the container that gets the next readings knows only
    # from the table which sensors make up the status.
    if not current.sensors.keys() <= written.sensors.keys() or anomalous(current.sensors) != anomalous(written.sensors):
        return True
    # The presence function writes its own clock into ``updated_ms``, which is ahead of arrivals during a backlog.
    heard_later = current.heard_ms - written.heard_ms
    if heard_later >= 2 * every_ms or current.last_seen_ms - written.last_seen_ms - heard_later >= every_ms:
        return True
    phase = crc32(device_id.encode()) % every_ms
    return (current.updated_ms + phase) // every_ms > (written.updated_ms + phase) // every_ms
