"""The environment of the replay function."""

from __future__ import annotations

import msgspec

from lambda_src.common.settings import EnvSettings
from lambda_src.common.thresholds import Threshold  # msgspec resolves it at run time


class ReplaySettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the function. An empty name means that the deployment has no such part."""

    environment_suffix: str
    readings_table: str = ""
    readings_days: int = 30
    devices_table: str = ""
    device_state_seconds: int = 60
    timestream_database: str = ""
    timestream_table: str = ""
    timestream_multi_measure: bool = False
    thresholds: dict[str, Threshold] = msgspec.field(default_factory=dict)
    config_parameter: str = ""
    """Systems Manager parameter with the `RuntimeConfig`; its thresholds count in the place of these."""
    metrics_namespace: str = "IoT/Pipeline"
