"""The runtime configuration: settings that change without a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter
from constructs import Construct

from lib.building.iam import Statement
from lib.part import PartDescription

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.context import Context


class ConfigParameter(Construct):
    """A JSON parameter that the functions read every minute; at first it is empty, which changes nothing.

    Whoever writes it decides what is an anomaly, so writing takes the account's own IAM policies. Terraform creates it
    and ignores its value afterwards.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context) -> None:
        super().__init__(scope, id_)
        parameter = SsmParameter(
            self,
            "parameter",
            name=context.naming.parameter("config"),
            description="Thresholds and limits in JSON that hold without a deployment",
            type="String",
            value="{}",
            lifecycle=TerraformResourceLifecycle(ignore_changes=["value"]),
        )
        self.name = parameter.name
        self.arn = parameter.arn

    def grant_read(self, role: Role) -> None:
        """Let ``role`` read the value, and earlier ones where the current one is invalid."""
        actions = ("ssm:GetParameter", "ssm:GetParameterHistory")
        role.allow("read-config", Statement(actions=actions, resources=(self.arn,)))

    def describe(self) -> PartDescription:
        return PartDescription(outputs={"config_parameter": self.name})


def build_config_parameter(scope: Construct, *, context: Context) -> ConfigParameter | None:
    """None where the settings do not enable it."""
    return ConfigParameter(scope, "config", context=context) if context.config.runtime_config.enabled else None
