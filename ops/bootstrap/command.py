"""Prepares an account once: the bucket of Terraform's states, GitHub's OIDC provider, and the deploy roles.

The first time the state is a local file until the bucket exists, and is then moved into it.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lib.bootstrap.settings import ENVIRONMENTS, BootstrapSettings
from lib.config import ConfigError
from local.errors import RunError
from local.terraform.binary import find_binary
from ops.environment.changes import Changes
from ops.environment.target import WORK
from ops.environment.terraform import Terraform
from ops.errors import InputError
from ops.preflight.finding import client

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from local.terraform.binary import Binary

FOLDER = WORK.with_name("bootstrap")


def register(parser: argparse.ArgumentParser) -> None:
    option = parser.add_argument
    option("--repository", required=True, metavar="OWNER/NAME", help="whose workflows may deploy")
    option("--region", default=os.environ.get("AWS_REGION") or "us-east-1", help="default: AWS_REGION, or us-east-1")
    option(
        "--environments",
        default=",".join(ENVIRONMENTS),
        metavar="A,B",
        help="each gets a deploy role; default: %(default)s",
    )
    option("--yes", action="store_true", help="do not ask before the plan is applied")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Show the plan, apply it, and keep the state in the bucket."""
    account = str(client("sts", options.region).get_caller_identity()["Account"])
    try:
        settings = BootstrapSettings(
            account=account,
            region=options.region,
            repository=options.repository,
            environments=tuple(filter(None, options.environments.split(","))),
        )
        binary = find_binary()
    except (ConfigError, RunError) as error:
        raise InputError(str(error)) from error
    in_bucket = _bucket_exists(settings)
    terraform = _prepared(settings, binary, in_bucket=in_bucket)
    terraform.initialise()
    terraform.plan()
    changes = Changes.of(terraform.saved())
    for line in changes.lines(coloured=sys.stdout.isatty()):
        print(line)
    changes.check_losses(production=True, allowed=0)
    if changes.changes:
        _ask(options, account)
        terraform.apply()
    if not in_bucket:
        _prepared(settings, binary, in_bucket=True).move_state()
    print(f"TERRAFORM_STATE_BUCKET={settings.bucket}")
    print(f"TERRAFORM_STATE_BUCKET_REGION={settings.region}")


def _prepared(settings: BootstrapSettings, binary: Binary, *, in_bucket: bool) -> Terraform:
    return Terraform.in_folder(_synthesize(settings, in_bucket=in_bucket), binary)


def _synthesize(settings: BootstrapSettings, *, in_bucket: bool) -> Path:
    """Write the plan. Terraform's own files beside it stay, because a first state may be among them."""
    # jsii starts a Node.js process at its import: only a command that synthesizes pays for it.
    from cdktf import App

    from lib.bootstrap.stack import NAME, BootstrapStack

    written = FOLDER / "synthesized"
    shutil.rmtree(written, ignore_errors=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    app = App(outdir=str(written))
    BootstrapStack(app, settings=settings, in_bucket=in_bucket)
    app.synth()
    folder = FOLDER / settings.account
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(written / "stacks" / NAME / "cdk.tf.json", folder / "cdk.tf.json")
    return folder


def _bucket_exists(settings: BootstrapSettings) -> bool:
    """Whether the bucket is there and ours. Raises `InputError` if it is somebody else's."""
    try:
        client("s3", settings.region).head_bucket(Bucket=settings.bucket, ExpectedBucketOwner=settings.account)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchBucket"):
            return False
        raise InputError(
            f"the bucket {settings.bucket} exists but is not this account's; nothing was changed"
        ) from error
    return True


def _ask(options: argparse.Namespace, account: str) -> None:
    if options.yes:
        return
    if not sys.stdin.isatty():
        raise InputError("nobody can be asked here; give --yes")
    if input(f"apply this to account {account}? (yes/no) ").strip() != "yes":
        raise InputError("nothing was changed")
