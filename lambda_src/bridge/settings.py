"""The bridge's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class BridgeSettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the bridge."""

    environment_suffix: str
    stream_name: str
    metrics_namespace: str = "IoT/Pipeline"
