"""Which environment is meant, and whether this shell may touch it: decided before anything is changed."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from lib.config import ConfigError, load_environment
from lib.config.load import environment_file
from local.errors import RunError
from local.terraform.binary import Binary, find_binary
from ops.errors import InputError
from ops.preflight.finding import client

if TYPE_CHECKING:
    from lib.config import Config

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".build" / "environments"
BUCKET, BUCKET_REGION = "TERRAFORM_STATE_BUCKET", "TERRAFORM_STATE_BUCKET_REGION"


@dataclass(frozen=True)
class EnvironmentTarget:
    """An environment in its account and region, the bucket of its state, and the Terraform to use."""

    suffix: str
    config: Config
    account: str
    state_bucket: str
    state_bucket_region: str
    binary: Binary

    @property
    def work(self) -> Path:
        """Where it is synthesized and planned: a folder for each suffix and region."""
        return WORK / f"{self.suffix}-{self.config.region}"

    @property
    def folder(self) -> Path:
        """Where Terraform runs."""
        return self.work / "stacks" / f"TapStack{self.suffix}"


def find_target(suffix: str) -> EnvironmentTarget:
    """The environment, after everything that this shell lacks was looked for.

    Raises `InputError` that lists all that is missing, or that the credentials are those of another account.
    """
    try:
        config = load_environment(suffix, region=_variable("AWS_REGION"), account=_variable("AWS_ACCOUNT_ID"))
        file = f"environments/{environment_file(suffix).name}"
    except ConfigError as error:
        raise InputError(str(error)) from error
    missing: list[str] = []
    binary = _binary(missing)
    bucket = _variable(BUCKET)
    if bucket is None:
        missing.append(f"{BUCKET}: name the S3 bucket of Terraform's state; 'make bootstrap' creates one")
    if config.account_id is None:
        missing.append(f"account_id: set it in {file}, or set AWS_ACCOUNT_ID")
    account = _account(config.region, missing)
    if missing or binary is None or bucket is None or config.account_id is None:
        raise InputError(f"{suffix} cannot be reached from here; missing: {'; '.join(missing)}")
    if account != config.account_id:
        raise InputError(
            f"the credentials are those of account {account}, but {suffix} belongs to {config.account_id} ({file}); "
            "nothing was changed: use the credentials of that account"
        )
    region = _variable(BUCKET_REGION) or config.region
    return EnvironmentTarget(suffix, config, config.account_id, bucket, region, binary)


def _binary(missing: list[str]) -> Binary | None:
    try:
        return find_binary()
    except RunError as error:
        missing.append(f"Terraform: {error}")
        return None


def _account(region: str, missing: list[str]) -> str | None:
    """The account of this shell's credentials."""
    try:
        return str(client("sts", region).get_caller_identity()["Account"])
    except ClientError as error:
        words = f"AWS refused them ({error.response['Error'].get('Code', 'error')})"
        missing.append(f"credentials: {words}; they may have expired: log in again")
    except BotoCoreError as error:
        missing.append(f"credentials: {error}; log in, or set AWS_PROFILE")
    return None


def _variable(name: str) -> str | None:
    return os.environ.get(name) or None
