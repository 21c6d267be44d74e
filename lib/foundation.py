"""The provider, the state's backend, and the deployment's account and region."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from cdktf import S3Backend, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from lib.config import ConfigError, check_region, check_suffix
from lib.config.tags import clean_tags
from lib.context import Context
from lib.naming import PROJECT, Naming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.config import Config

STATE_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""An S3 bucket's name (bucket naming rules)."""


class Foundation:
    """The provider with its default tags, and the `Context` that all constructs share.

    :param region: overrides the settings' region.
    :param tags: of whoever synthesizes, as `clean_tags` takes them; the settings' own win.
    """

    def __init__(
        self,
        stack: TerraformStack,
        *,
        suffix: str,
        region: str | None,
        tags: Mapping[str, str | Mapping[str, str]],
        config: Config,
    ) -> None:
        check_suffix(suffix)
        if region:
            config = msgspec.structs.replace(config, region=check_region(region, "AWS_REGION"))
        own = {"project": PROJECT, "environment": suffix, "preset": config.preset}
        AwsProvider(
            stack,
            "aws",
            region=config.region,
            allowed_account_ids=[config.account_id] if config.account_id else None,
            default_tags=[AwsProviderDefaultTags(tags={**own, **clean_tags(tags), **config.tags})],
        )
        account = DataAwsCallerIdentity(stack, "account").account_id
        self.context = Context(
            config=config,
            naming=Naming(suffix=suffix, region=config.region, account=account),
            suffix=suffix,
            region=config.region,
            account=account,
            partition=DataAwsPartition(stack, "partition").partition,
        )


@dataclass(frozen=True)
class StateBackend:
    """Terraform's state in S3, encrypted, locked by a file beside it, so that two deploys cannot run at once.

    A bucket has no default: anyone may own the bucket of a name that we would choose. Without one the backend is
    incomplete, and Terraform does nothing before ``terraform init -backend-config=bucket=NAME`` names it.
    """

    bucket: str | None
    region: str | None

    def __post_init__(self) -> None:
        if self.bucket is not None and not STATE_BUCKET.fullmatch(self.bucket):
            raise ConfigError(f"TERRAFORM_STATE_BUCKET={self.bucket!r}: allowed is the name of an S3 bucket")
        if self.region is not None:
            check_region(self.region, "TERRAFORM_STATE_BUCKET_REGION")

    def add_to(self, stack: TerraformStack, context: Context) -> None:
        """The key holds the region: a suffix in two regions is two deployments with a state each."""
        S3Backend(
            stack,
            bucket=self.bucket or "",
            key=f"{context.suffix}/{context.region}/{stack.node.id}.tfstate",
            region=self.region or context.region,
            encrypt=True,
        )
        if self.bucket is None:
            stack.add_override("terraform.backend.s3.bucket", None)
        # The native lock file; this version of the binding has no argument for it.
        stack.add_override("terraform.backend.s3.use_lockfile", True)
