"""What the functions get of the settings in their packages, beside what Terraform knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.deployment import DeploymentRules
from lambda_src.common.readings.formats.spec import Format
from lambda_src.common.readings.formats.table import extended

if TYPE_CHECKING:
    from lib.config.model import Config

SPARKPLUG = Format(name="sparkplug-of-devices", extends="sparkplug-b")
"""Reads what comes on Sparkplug's topics where no format of the deployment does."""


def rules_of(config: Config) -> DeploymentRules:
    """Formats, gateways and thresholds of a deployment."""
    formats = config.formats
    if config.devices.sparkplug and all(extended(form).encoding != SPARKPLUG.extends for form in formats):
        formats = (*formats, SPARKPLUG)
    return DeploymentRules(formats=formats, gateways=config.gateways, thresholds=config.thresholds)
