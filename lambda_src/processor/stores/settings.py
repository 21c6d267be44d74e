"""The part of a function's environment that names its stores. An empty name means that there is no such store.

A function writes to the stores whose settings it has: the classes build on each other.
"""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class ReadingStoreSettings(EnvSettings, frozen=True, kw_only=True):
    """The stores that take each reading under its own key."""

    timestream_database: str = ""
    timestream_table: str = ""
    timestream_multi_measure: bool = False
    """Write the measures of one message into one record."""
    readings_table: str = ""
    """DynamoDB table of runs: the readings of one device, sensor and batch in one item."""
    readings_days: int = 30
    """How long a run stays in the table after its arrival; 0 keeps it."""


class StateStoreSettings(ReadingStoreSettings, frozen=True, kw_only=True):
    """And the state of each device."""

    devices_table: str = ""
    """DynamoDB table of each device's latest state, keyed by ``device_id``."""
    device_state_seconds: int = 60
    """How often a device's state is written while its status stays the same."""
    live: bool = True
    """Whether readings are processed as they arrive. A replay's arrived long ago, which says nothing about a device's
    presence."""


class ArchiveStoreSettings(StateStoreSettings, frozen=True, kw_only=True):
    """And the archives, which record how readings were judged when they arrived."""

    processed_bucket: str = ""
    """S3 bucket for judged readings, newline-delimited JSON, gzip."""
    anomalies_bucket: str = ""
    """S3 bucket for anomalies as soon as they are judged, newline-delimited JSON."""
