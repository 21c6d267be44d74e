"""The outputs of a deployment: flat names that do not depend on construct names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformOutput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from lib.context import Context


def add_outputs(scope: Construct, *, context: Context, values: Mapping[str, str]) -> None:
    """Add one Terraform output per name: facts about the deployment, and ``values`` of its parts."""
    facts = {
        "environment_suffix": context.suffix,
        "aws_region": context.region,
        "preset": context.config.preset,
        "transport": context.config.transport,
    }
    for name, value in {**facts, **values}.items():
        TerraformOutput(scope, f"output-{name}", value=value).override_logical_id(name)
