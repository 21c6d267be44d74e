"""The one table of the names under which senders write a reading's fields, and the names that are no readings.

Names are compared without case, blanks, ``_`` and ``-``: ``deviceId``, ``Device-ID`` and ``device_id`` are one name.
Both ways of decoding derive from this table: `lambda_src.common.readings.single` generates its type from it, and
`lambda_src.common.readings.forms` looks every key up in it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple


class Slot:
    """What a field of a message is for. Plain texts: they are looked up for every field of every message."""

    DEVICE: Final = "device"
    TYPE: Final = "sensor type"
    VALUE: Final = "value"
    TIME: Final = "time"
    LINE: Final = "production line"
    UNIT: Final = "unit"
    UNITS: Final = "units"
    QUALITY: Final = "quality"
    METADATA: Final = "metadata"
    INTERVAL: Final = "interval"
    MEASURES: Final = "measures"
    BATCH: Final = "readings"
    HOUSEKEEPING: Final = "housekeeping"


ALIASES: dict[str, tuple[str, ...]] = {
    Slot.DEVICE: ("device_id", "sensor_id", "device"),
    Slot.TYPE: ("sensor_type", "sensor"),
    Slot.VALUE: ("value",),
    Slot.TIME: (
        *("timestamp_ms", "timestamp", "ts", "ts_ms", "time", "time_ms", "t", "datetime"),
        *("event_time", "measured_at", "measurement_time", "measure_time", "sampled_at", "sample_time", "observed_at"),
        *("recorded_at", "captured_at", "collected_at", "reading_time", "source_timestamp", "source_time"),
        *("device_time", "device_timestamp", "utc", "utc_time", "time_utc", "timestamp_utc", "epoch", "epoch_ms"),
        *("epoch_time", "unix_time", "unix_timestamp", "unix_ts", "occurred_at", "generated_at", "created_at"),
        *("logged_at", "sent_at", "updated_at", "last_changed", "last_updated", "last_update", "last_seen"),
        *("published_at", "received_at", "server_timestamp", "server_time"),
    ),
    Slot.LINE: ("production_line",),
    Slot.UNIT: ("unit", "unit_of_measurement", "uom"),
    Slot.UNITS: ("units",),
    Slot.QUALITY: (
        *(
            "quality",
            "quality_code",
            "quality_status",
            "data_quality",
            "opc_quality",
            "status_code",
            "qc",
            "q",
            "status",
        ),
        *("is_good", "good", "is_valid", "valid", "validity", "ok", "success"),
        *("is_bad", "bad", "is_invalid", "invalid", "is_stale", "stale"),
    ),
    Slot.METADATA: ("metadata",),
    Slot.INTERVAL: (
        *("interval", "interval_ms", "interval_s", "interval_us", "interval_ns", "sample_interval"),
        *("sample_interval_ms", "sample_interval_s", "sample_interval_us", "sampling_interval", "sampling_interval_ms"),
        *(
            "sample_rate",
            "sample_rate_hz",
            "sampling_rate",
            "sampling_rate_hz",
            "sample_frequency",
            "sampling_frequency",
        ),
    ),
    Slot.MEASURES: ("sensor_data",),
    Slot.BATCH: ("readings",),
}
"""By role, the preferred name first: where a message has several, the first one counts and the others are skipped."""

HOUSEKEEPING = (
    *("seq", "seq_no", "sequence", "sequence_number", "message_id", "msg_id", "packet_id", "uuid"),
    *("frame_counter", "f_cnt", "f_port", "uptime", "rssi", "snr", "lqi", "link_quality"),
    *("battery", "battery_level", "battery_percent", "battery_voltage", "lat", "lon", "lng", "latitude", "longitude"),
    *("fw", "fw_version", "firmware", "firmware_version", "sw_version", "hw_version", "version", "schema_version"),
    *("model", "manufacturer", "vendor", "serial", "serial_number", "mac", "mac_address", "ip", "ip_address"),
    *("ssid", "hostname", "data_type", "message_type", "msg_type"),
)
"""Fields about the sender and its message, not about what it measures. They are skipped unless a format reads them."""

NAMELESS = frozenset(
    (
        *("v", "val", "data", "payload", "reading", "readings", "result", "raw", "number"),
        *("min", "max", "avg", "mean", "average", "median", "std", "stddev", "stdev", "sum", "first", "last"),
    )
)
"""A field of such a name has a value and does not say of what: its message needs a format."""
NEGATED = frozenset(("is_bad", "bad", "is_invalid", "invalid", "is_stale", "stale"))
"""Names of a quality that is bad where their value is true."""
SOFT = frozenset(("t", "q", "status", "is_good", "good", "is_valid", "valid", "validity", "ok", "success")) | NEGATED
"""Aliases that are also names of measures and texts: they count only where the value reads as a time or a quality."""
DATE_PARTS = frozenset(("year", "month", "day"))
"""A message with fields of all these names says when it was measured."""


def plain(name: str) -> str:
    """The name as it is compared."""
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


class Meaning(NamedTuple):
    """What the table says of a name."""

    role: str
    place: int
    """Among the names of the role; the lowest one of a message counts."""
    soft: bool


_MEANINGS = {
    plain(name): Meaning(role, place, name in SOFT)
    for role, names in (*ALIASES.items(), (Slot.HOUSEKEEPING, HOUSEKEEPING))
    for place, name in enumerate(names)
}


@lru_cache(maxsize=4096)
def meaning_of(name: str) -> Meaning | None:
    """What the table says of a field's name, None if it has no such name."""
    return _MEANINGS.get(plain(name))


@lru_cache(maxsize=4096)
def is_nameless(name: str) -> bool:
    return plain(name) in NAMELESS


@lru_cache
def spellings_of(role: str) -> tuple[str, ...]:
    """The names of a role that mean it whatever their value is, preferred ones first, each in ``snake_case`` and in
    ``camelCase``.
    """
    names = [name for name in ALIASES[role] if name not in SOFT]
    return tuple(dict.fromkeys(spelling for name in names for spelling in (name, _camel(name))))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
