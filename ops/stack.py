"""The stack of an environment: what it has, and its plan in memory or on disk."""

from __future__ import annotations

from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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


def write_stack(
    config: Config, suffix: str, outdir: Path, *, state_bucket: str, state_bucket_region: str, tags: Mapping[str, str]
) -> tuple[PartDescription, Path]:
    """The parts, and the folder below ``outdir`` with the plan and its assets. Raises as `build_stack` does."""
    from cdktf import App

    from lib.tap_stack import TapStack

    name = f"TapStack{suffix}"
    outdir.mkdir(parents=True, exist_ok=True)
    app = App(outdir=str(outdir))
    stack = TapStack(
        app,
        name,
        environment_suffix=suffix,
        config=config,
        state_bucket=state_bucket,
        state_bucket_region=state_bucket_region,
        default_tags=tags,
    )
    app.synth()
    return stack.parts, outdir / "stacks" / name
