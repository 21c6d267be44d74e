"""Which sensors of a device say that they have no value, and since when. Pure.

The times of a sensor's newest reading and of its newest outage decide, so the order of arrival does not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lambda_src.common.readings.reading import Outage
    from lambda_src.processor.device_state import Last

MOST_OUTAGES = 500
"""The newest are kept of a device that invents sensor types: an item may have 400 KB, and these take 60."""


class OpenOutage(NamedTuple):
    """A sensor without a value, by the device's own times: since its first outage after its last reading."""

    since_ms: int
    latest_ms: int
    """The newest outage: only a later reading ends it."""


Outages = Mapping[str, OpenOutage]

NO_OUTAGES: Outages = {}


def newest_outages(news: Iterable[Outage], sensors: Mapping[str, Last]) -> Outages:
    """What these say by sensor, as far as they are newer than the sensor's last reading."""
    found: dict[str, OpenOutage] = {}
    for outage in news:
        name, moment = outage.sensor_type, outage.timestamp_ms
        if name not in sensors or sensors[name].timestamp_ms < moment:
            found[name] = _joined(OpenOutage(moment, moment), found.get(name))
    return found


def still_open(known: Outages, news: Outages, sensors: Mapping[str, Last]) -> Outages:
    """Both together, without those that a last reading ended; ``known`` itself if nothing changes."""
    if not known and not news:
        return known
    both = {**known, **{name: _joined(outage, known.get(name)) for name, outage in news.items()}}
    for name in both.keys() & sensors.keys():
        outage, reading_ms = both[name], sensors[name].timestamp_ms
        if outage.latest_ms <= reading_ms:
            del both[name]
        elif outage.since_ms <= reading_ms:
            # A late reading shows that it began after it; what is certain is its newest outage.
            both[name] = outage._replace(since_ms=outage.latest_ms)
    if len(both) > MOST_OUTAGES:
        both = dict(sorted(both.items(), key=lambda item: item[1].latest_ms)[-MOST_OUTAGES:])
    return known if both == known else both


def _joined(one: OpenOutage, other: OpenOutage | None) -> OpenOutage:
    if other is None:
        return one
    return OpenOutage(min(one.since_ms, other.since_ms), max(one.latest_ms, other.latest_ms))
