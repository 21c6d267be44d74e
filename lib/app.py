"""From settings to Terraform JSON on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import App

from lib.config import Config, check_suffix
from lib.tap_stack import TapStack

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def build(
    *,
    config: Config,
    environment_suffix: str,
    outdir: Path | None = None,
    aws_region: str | None = None,
    state_bucket: str | None = None,
    state_bucket_region: str | None = None,
    default_tags: Mapping[str, str | Mapping[str, str]] | None = None,
) -> App:
    """The app with its one stack, ``TapStack<suffix>``; the arguments are `TapStack`'s.

    Without ``outdir`` the plan goes where the CDKTF command line looks for it.
    """
    check_suffix(environment_suffix)
    app = App(outdir=str(outdir)) if outdir else App()
    TapStack(
        app,
        f"TapStack{environment_suffix}",
        environment_suffix=environment_suffix,
        aws_region=aws_region,
        state_bucket=state_bucket,
        state_bucket_region=state_bucket_region,
        default_tags=default_tags,
        config=config,
    )
    return app


def synthesize(config: Config, *, environment_suffix: str, outdir: Path) -> Path:
    """Synthesize for a purpose other than a deployment to AWS. Returns the folder with the ``cdk.tf.json``.

    The plan names no bucket for its state, so that Terraform deploys it only with another backend.
    """
    build(config=config, environment_suffix=environment_suffix, outdir=outdir).synth()
    return outdir / "stacks" / f"TapStack{environment_suffix}"
