"""The bucket of Terraform's states: versioned, encrypted, closed, and never destroyed by Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct

from lib.building.iam import Statement, policy_json, tls_only

if TYPE_CHECKING:
    from lib.bootstrap.policies import BootstrapArns

OLD_STATE_DAYS = 90
"""How long an earlier state can be brought back."""


class StateBucket(Construct):
    """A state is worth as much as the deployment: its earlier versions stay, and only TLS and the key lead to it."""

    def __init__(self, scope: Construct, id_: str, *, name: str, arns: BootstrapArns) -> None:
        super().__init__(scope, id_)
        key = KmsKey(
            self,
            "key",
            description="Terraform's states",
            enable_key_rotation=True,
            policy=policy_json(_administration(arns)),
            lifecycle=TerraformResourceLifecycle(prevent_destroy=True),
        )
        bucket = S3Bucket(self, "bucket", bucket=name, lifecycle=TerraformResourceLifecycle(prevent_destroy=True))
        versioning = S3BucketVersioningA(
            self,
            "versioning",
            bucket=bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        self._encrypt(bucket, key)
        block = S3BucketPublicAccessBlock(
            self,
            "public-access-block",
            bucket=bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        policy = policy_json(tls_only("s3:*", bucket.arn, f"{bucket.arn}/*"))
        S3BucketPolicy(self, "policy", bucket=bucket.id, policy=policy, depends_on=[block])
        rule = S3BucketLifecycleConfigurationRule(
            id="old-states",
            status="Enabled",
            filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
            noncurrent_version_expiration=[
                S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=OLD_STATE_DAYS)
            ],
        )
        S3BucketLifecycleConfiguration(self, "lifecycle", bucket=bucket.id, rule=[rule], depends_on=[versioning])
        self.key_arn = key.arn

    def _encrypt(self, bucket: S3Bucket, key: KmsKey) -> None:
        default = S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms", kms_master_key_id=key.arn
        )
        rule = S3BucketServerSideEncryptionConfigurationRuleA(
            apply_server_side_encryption_by_default=default, bucket_key_enabled=True
        )
        S3BucketServerSideEncryptionConfigurationA(self, "encryption", bucket=bucket.id, rule=[rule])


def _administration(arns: BootstrapArns) -> Statement:
    """The account's own IAM policies decide who may use the key."""
    return Statement(
        sid="AccountPoliciesDecide",
        principals={"AWS": f"arn:{arns.partition}:iam::{arns.account}:root"},
        actions=("kms:*",),
        resources=("*",),
        star_reason="in a key's policy the star is the key itself",
    )
