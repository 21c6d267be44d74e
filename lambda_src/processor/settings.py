"""The processor's environment."""

from __future__ import annotations

import msgspec

from lambda_src.common.settings import EnvSettings
from lambda_src.common.thresholds import Threshold  # msgspec resolves it at run time

COUNTS = (
    "ReadingsProcessed",
    "ReadingsQuarantined",
    "DuplicateReadings",
    "AnomaliesDetected",
    "AlertsPublished",
    "UnsignedAlerts",
    "LateAnomalies",
    "RecordsFailed",
)
"""The metrics that the processor publishes with each batch."""


class ProcessorSettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the processor. An empty name means that the deployment has no such part."""

    environment_suffix: str
    quarantine_bucket: str
    """S3 bucket for what can never become a stored reading."""
    processed_bucket: str = ""
    """S3 bucket for judged readings, newline-delimited JSON, gzip."""
    timestream_database: str = ""
    timestream_table: str = ""
    timestream_multi_measure: bool = False
    """Write the measures that one message carries into one record."""
    alerts_table: str = ""
    """DynamoDB table of anomaly episodes, keyed by ``sensor``."""
    alerts_topic_arn: str = ""
    alert_signing_secret_arn: str = ""
    """Secrets Manager secret with the key that signs alerts."""
    alert_quiet_seconds: int = 900
    """An anomaly later than this after the last one of its sensor, in the device's time, is a new episode."""
    alert_severity_words: dict[str, str] = msgspec.field(default_factory=dict)
    """What receivers call a severity, such as ``HIGH`` for ``critical``."""
    thresholds: dict[str, Threshold] = msgspec.field(default_factory=dict)
    """Normal range by sensor type; a type that is not named is never anomalous."""
    readings_table: str = ""
    """DynamoDB table of runs: the readings of one device, sensor and batch in one item."""
    readings_days: int = 30
    """How long a run stays in the table after its arrival."""
    devices_table: str = ""
    """DynamoDB table of each device's latest state, keyed by ``device_id``."""
    device_state_seconds: int = 60
    """How often a device's state is written while its status stays the same."""
    anomalies_bucket: str = ""
    """S3 bucket for anomalies at once, newline-delimited JSON, an object a device and batch."""
    config_parameter: str = ""
    """Systems Manager parameter with the `RuntimeConfig`; its thresholds count in the place of these."""
    metrics_namespace: str = "IoT/Pipeline"
    metric_aliases: dict[str, str] = msgspec.field(default_factory=dict)
    """Counts that are also published under another name."""
