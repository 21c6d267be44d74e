"""The environment of the replay function."""

from __future__ import annotations

from lambda_src.processor.stores.settings import StateStoreSettings


class ReplaySettings(StateStoreSettings, frozen=True, kw_only=True):
    """What the stack tells the function. An empty name means that the deployment has no such part."""

    environment_suffix: str
    config_parameter: str = ""
    """Systems Manager parameter with the `RuntimeConfig`; its thresholds replace those of the package."""
    live: bool = False
    metrics_namespace: str = "IoT/Pipeline"
