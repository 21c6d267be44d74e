"""The query function's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class QuerySettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the query function. An empty name means that the deployment has no such part."""

    environment_suffix: str
    readings_table: str
    """DynamoDB table of runs."""
    devices_table: str
    """DynamoDB table of the devices' states."""
    raw_table: str = ""
    """DynamoDB table of messages as they came."""
    token_key_parameter: str
    """SSM SecureString whose text signs page tokens."""
    config_parameter: str = ""
    """SSM parameter with `RuntimeConfig`."""
    cors_origin: str = ""
    """The web page's origin that may read the answers."""
    metrics_namespace: str = "IoT/Pipeline"
