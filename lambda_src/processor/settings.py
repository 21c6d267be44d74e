"""The processor's environment."""

from __future__ import annotations

import msgspec

from lambda_src.processor.stores.settings import ArchiveStoreSettings

COUNTS = (
    "ReadingsProcessed",
    "ReadingsQuarantined",
    "DuplicateReadings",
    "SensorOutages",
    "AnomaliesDetected",
    "AlertsPublished",
    "UnsignedAlerts",
    "LateAnomalies",
    "RecordsFailed",
)
"""The metrics that the processor publishes with each batch."""


class ProcessorSettings(ArchiveStoreSettings, frozen=True, kw_only=True):
    """What the stack tells the processor. An empty name means that the deployment has no such part."""

    environment_suffix: str
    quarantine_bucket: str
    """S3 bucket for messages and readings that can never be stored."""
    alerts_table: str = ""
    """DynamoDB table of anomaly episodes, keyed by ``sensor``."""
    alerts_topic_arn: str = ""
    alert_signing_secret_arn: str = ""
    """Secrets Manager secret with the key that signs alerts."""
    alert_quiet_seconds: int = 900
    """An anomaly later than this after the last one of its sensor, in the device's time, is a new episode."""
    alert_severity_words: dict[str, str] = msgspec.field(default_factory=dict)
    """What receivers call a severity, such as ``HIGH`` for ``critical``."""
    config_parameter: str = ""
    """Systems Manager parameter with the `RuntimeConfig`; its thresholds replace those of the package."""
    metrics_namespace: str = "IoT/Pipeline"
    metric_aliases: dict[str, str] = msgspec.field(default_factory=dict)
    """Counts that are also published under another name."""
    metric_region: str = ""
    """Dimension ``region`` of those; empty for none."""
