"""The transformation's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class ArchiveTransformSettings(EnvSettings, frozen=True, kw_only=True):
    """Settings from the stack."""

    environment_suffix: str
    metrics_namespace: str = "IoT/Pipeline"
    partition_by_sensor_type: bool = False
    """Name the partition of each record, which Firehose's dynamic partitioning requires."""
