"""The bridge's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class BridgeSettings(EnvSettings, frozen=True, kw_only=True):
    """Settings from the stack."""

    environment_suffix: str
    stream_name: str
    metrics_namespace: str = "IoT/Pipeline"
