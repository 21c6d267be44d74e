"""The stack of an environment, built in memory: what it has and what its plan holds."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lib.config import Config
    from lib.part import PartDescription


def build_stack(config: Config, suffix: str) -> tuple[PartDescription, dict[str, Any]]:
    """The parts of the environment's stack and its plan, as `cdk.tf.json` has it.

    Raises `ConfigError` for an invalid suffix and `PackagingError` if the functions' layer has not been built.
    """
    # jsii starts a Node.js process at its import: only a command that synthesizes pays for it.
    from cdktf import App

    from lib.tap_stack import TapStack

    with TemporaryDirectory() as unused:
        app = App(outdir=unused)
        stack = TapStack(app, f"TapStack{suffix}", environment_suffix=suffix, config=config)
        return stack.parts, stack.to_terraform()
