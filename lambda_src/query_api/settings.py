"""The query function's environment."""

from __future__ import annotations

import msgspec

from lambda_src.common.settings import EnvSettings


class QuerySettings(EnvSettings, frozen=True, kw_only=True):
    """Settings from the stack. An empty name means that the deployment does not have this part."""

    environment_suffix: str
    readings_table: str
    """DynamoDB table of runs."""
    devices_table: str
    """DynamoDB table of the devices' states."""
    device_status_words: dict[str, str] = msgspec.field(default_factory=dict)
    """What answers call a status; one without a word keeps its name."""
    raw_table: str = ""
    """DynamoDB table of original messages."""
    token_key_parameter: str
    """SSM SecureString whose text signs page tokens."""
    config_parameter: str = ""
    """SSM parameter with `RuntimeConfig`."""
    cors_origin: str = ""
    """Origin of the web page that may read the responses."""
    metrics_namespace: str = "IoT/Pipeline"
