"""Under everything: the provider, where the state is kept, and who and where we are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf import S3Backend, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from lib.config import check_suffix
from lib.context import Context
from lib.naming import PROJECT, Naming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lib.config import Config

DEFAULT_STATE_BUCKET = "iac-states"


class Foundation:
    """The provider with its default tags, and the `Context` that all constructs share."""

    def __init__(
        self,
        stack: TerraformStack,
        *,
        suffix: str,
        region: str | None,
        tags: Mapping[str, str],
        config: Config,
    ) -> None:
        check_suffix(suffix)
        region = region or config.region
        own = {"project": PROJECT, "environment": suffix, "preset": config.preset}
        AwsProvider(
            stack,
            "aws",
            region=region,
            default_tags=[AwsProviderDefaultTags(tags={**own, **tags, **config.tags})],
        )
        account = DataAwsCallerIdentity(stack, "account").account_id
        self.context = Context(
            config=config,
            naming=Naming(suffix=suffix, region=region, account=account),
            suffix=suffix,
            region=region,
            account=account,
            partition=DataAwsPartition(stack, "partition").partition,
        )


@dataclass(frozen=True)
class StateBackend:
    """Terraform's state in S3, encrypted, locked by a file beside it, so that two deploys cannot run at once."""

    bucket: str | None
    region: str | None

    def add_to(self, stack: TerraformStack, context: Context) -> None:
        S3Backend(
            stack,
            bucket=self.bucket or DEFAULT_STATE_BUCKET,
            key=f"{context.suffix}/{stack.node.id}.tfstate",
            region=self.region or context.region,
            encrypt=True,
        )
        # The native lock file; this version of the binding has no argument for it.
        stack.add_override("terraform.backend.s3.use_lockfile", True)
