"""The outputs of a deployment: flat names that do not depend on construct names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformOutput

from lib.config import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from constructs import Construct

    from lib.context import Context


def add_outputs(scope: Construct, *, context: Context, values: Mapping[str, str]) -> None:
    """Add one Terraform output per name: facts about the deployment, ``values`` of its parts, and their aliases.

    An alias of an output that the deployment does not have is left out. Raises `ConfigError` for one that hides an
    output.
    """
    facts = {
        "environment_suffix": context.suffix,
        "aws_region": context.region,
        "preset": context.config.preset,
        "transport": context.config.transport,
    }
    found = {**facts, **values}
    named = context.config.output_aliases
    if hidden := sorted(named.keys() & found.keys()):
        raise ConfigError(f"output_aliases.{hidden[0]}={named[hidden[0]]!r}: allowed is a name that no output has")
    aliases = {alias: found[name] for alias, name in named.items() if name in found}
    for name, value in {**found, **aliases}.items():
        TerraformOutput(scope, f"output-{name}", value=value).override_logical_id(name)
