"""Checks before a deploy whether the account can take an environment.

Reports what Terraform would find only in the middle of an apply, and what to do about it. What to check follows from
the parts of the environment's stack (`lib.part.Need`).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from lib.building.packaging import PackagingError
from lib.config import ConfigError, load_environment
from ops.errors import InputError
from ops.preflight.checks import Target, look, look_at_plan
from ops.stack import build_stack

if TYPE_CHECKING:
    import argparse


def register(parser: argparse.ArgumentParser) -> None:
    option = parser.add_argument
    option("--environment", default="dev", metavar="SUFFIX", help="environment to check; default: %(default)s")
    option(
        "--region", default=_variable("AWS_REGION"), help="region to check; default: AWS_REGION, or the environment's"
    )
    option(
        "--state-bucket",
        default=_variable("TERRAFORM_STATE_BUCKET"),
        metavar="NAME",
        help="also check this bucket; default: TERRAFORM_STATE_BUCKET",
    )
    option(
        "--state-bucket-region",
        default=_variable("TERRAFORM_STATE_BUCKET_REGION"),
        metavar="REGION",
        help="its region; default: TERRAFORM_STATE_BUCKET_REGION, or the deployment's",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print one line per check; returns 1 if one failed."""
    try:
        config = load_environment(options.environment, region=options.region)
        parts, document = build_stack(config, options.environment)
    except (ConfigError, PackagingError) as error:
        raise InputError(str(error)) from error
    target = Target(config.region, options.state_bucket, options.state_bucket_region or config.region)
    findings = list(look(parts, target))
    if not findings[0].problem:
        findings += look_at_plan(document, target)
    for finding in findings:
        print(f"{'✗' if finding.problem else '✓'} {finding}")
    return int(any(finding.problem for finding in findings))


def _variable(name: str) -> str | None:
    """As `main.py` reads it for the synthesis that follows."""
    return os.environ.get(name) or None
