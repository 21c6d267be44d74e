"""The bridge's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class BridgeSettings(EnvSettings, frozen=True, kw_only=True):
    """Settings from the stack."""

    environment_suffix: str
    stream_name: str
    metrics_namespace: str = "IoT/Pipeline"
    births_table: str = ""
    """What Sparkplug's births say; empty if no device speaks Sparkplug. Then the following are empty as well."""
    devices_table: str = ""
    queue_url: str = ""
    """The bridge's own queue."""
    iot_endpoint: str = ""
    """Where commands to edge nodes are published."""
