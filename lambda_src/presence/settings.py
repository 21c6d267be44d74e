"""The presence function's environment."""

from __future__ import annotations

import msgspec

from lambda_src.common.settings import EnvSettings


class PresenceSettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the presence function."""

    environment_suffix: str
    devices_table: str
    """DynamoDB table of device states, with the index of `lambda_src.common.device_index`."""
    alerts_topic_arn: str
    alert_signing_secret_arn: str
    """Secrets Manager secret with the key that signs alerts; empty where alerts are not signed."""
    alert_severity_words: dict[str, str] = msgspec.field(default_factory=dict)
    """What receivers call a severity, such as ``HIGH`` for ``critical``."""
    silent_intervals: int = 5
    """A device is silent once this many of its usual pauses have passed without a message,"""
    minimum_silence_seconds: int = 300
    """and never before this time: a network or a restarted gateway needs a while to come back."""
    settle_seconds: int = 0
    """How long it may take until an arrival is in the table: a batch's window, and the time between two writes."""
    stream_name: str = ""
    """The stream whose records the processor reads. No silence is judged while that is behind."""
    processor_function: str = ""
    queue_names: tuple[str, ...] = ()
    """Queues before the stream, for which the same holds."""
    metrics_namespace: str = "IoT/Pipeline"
