"""The ingest function's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class IngestSettings(EnvSettings, frozen=True, kw_only=True):
    """Settings from the stack. An empty name means that the deployment does not have this part."""

    environment_suffix: str
    stream_name: str = ""
    """Kinesis stream to the processor; exactly one of this and ``queue_url`` is set."""
    queue_url: str = ""
    """SQS queue to the processor."""
    raw_table: str = ""
    """DynamoDB table of original messages."""
    raw_days: int = 30
    requests_table: str
    """DynamoDB table of requests with an ``Idempotency-Key``."""
    config_parameter: str = ""
    """SSM parameter with `RuntimeConfig`."""
    cors_origin: str = ""
    """Origin of the web page that may read the responses."""
    metrics_namespace: str = "IoT/Pipeline"
