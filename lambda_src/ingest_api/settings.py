"""The ingest function's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class IngestSettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the ingest function. An empty name means that the deployment has no such part."""

    environment_suffix: str
    stream_name: str = ""
    """Kinesis stream to the processor; exactly one of this and ``queue_url`` is filled."""
    queue_url: str = ""
    """SQS queue to the processor."""
    raw_table: str = ""
    """DynamoDB table of messages as they came."""
    raw_days: int = 30
    requests_table: str
    """DynamoDB table of requests with an ``Idempotency-Key``."""
    config_parameter: str = ""
    """SSM parameter with `RuntimeConfig`."""
    cors_origin: str = ""
    """The web page's origin that may read the answers."""
    metrics_namespace: str = "IoT/Pipeline"
