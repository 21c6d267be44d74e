"""What the functions get of the settings in their packages, beside what Terraform knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lambda_src.common.deployment import DeploymentRules

if TYPE_CHECKING:
    from lib.config.model import Config


def rules_of(config: Config) -> DeploymentRules:
    """Formats, gateways and thresholds of a deployment."""
    return DeploymentRules(formats=config.formats, gateways=config.gateways, thresholds=config.thresholds)
