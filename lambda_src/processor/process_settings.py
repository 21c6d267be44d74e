"""The environment of ``POST /process``."""

from __future__ import annotations

from lambda_src.processor.stores.settings import ReadingStoreSettings


class ProcessApiSettings(ReadingStoreSettings, frozen=True, kw_only=True):
    """Settings from the stack. An empty name means that the deployment does not have this part."""

    environment_suffix: str
    config_parameter: str = ""
    """SSM parameter with `RuntimeConfig`."""
    stream_name: str = ""
    """Kinesis stream to the processor; exactly one of this and ``queue_url`` is filled."""
    queue_url: str = ""
    raw_table: str = ""
    raw_days: int = 30
    requests_table: str
    cors_origin: str = ""
    """The web page's origin that may read the answers."""
    metrics_namespace: str = "IoT/Pipeline"
