"""The provisioning hook's environment."""

from __future__ import annotations

from lambda_src.common.settings import EnvSettings


class ProvisioningHookSettings(EnvSettings, frozen=True, kw_only=True):
    """What the stack tells the hook."""

    environment_suffix: str
    allowed_devices_table: str
    """DynamoDB table of the serial numbers that may get a certificate, keyed by ``serial_number``."""
    reserved_devices: tuple[str, ...] = ()
    """Names that no device may have: its topics would be another device's telemetry."""
    metrics_namespace: str = "IoT/Pipeline"
