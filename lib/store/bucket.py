"""An S3 bucket with the protection that all our buckets have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
    S3BucketLifecycleConfigurationRuleTransition,
)
from cdktf_cdktf_provider_aws.s3_bucket_logging import S3BucketLoggingA
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
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
from lib.usage import Amount, Use

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lib.building.iam import Role
    from lib.config.storage import LifecycleConfig
    from lib.context import Context
    from lib.security.key import Key
    from lib.usage import Traffic

ABORT_UPLOAD_DAYS = 7


class Bucket(Construct):
    """Versioned, encrypted with the customer key (and a bucket key), without public or plain HTTP access.

    :param allowed: what the bucket's policy lets services do that write in their own name.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        lifecycle: LifecycleConfig,
        allowed: Callable[[str], Sequence[Statement]] = lambda _arn: (),
    ) -> None:
        super().__init__(scope, id_)
        self._allowed = allowed
        self._key = key
        self._bucket = S3Bucket(
            self,
            "bucket",
            bucket=context.naming.bucket(id_),
            force_destroy=not context.config.protect_data,
        )
        self.name = self._bucket.bucket
        self.arn = self._bucket.arn
        self._encrypt()
        self._close()
        self._versioning = S3BucketVersioningA(
            self,
            "versioning",
            bucket=self._bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        S3BucketLifecycleConfiguration(
            self, "lifecycle", bucket=self._bucket.id, rule=[_rule(lifecycle)], depends_on=[self._versioning]
        )

    def grant_write(self, role: Role, prefix: str = "") -> None:
        """Let ``role`` put objects below ``prefix``, encrypted with the key."""
        statement = Statement(actions=("s3:PutObject",), resources=(f"{self.arn}/{prefix}*",))
        role.allow(f"write-{self.node.id}", statement, self._key.encrypting("s3"))

    def grant_read(self, role: Role, *prefixes: str) -> None:
        """Let ``role`` find and read the objects below each of ``prefixes``."""
        below = tuple(f"{prefix}*" for prefix in prefixes)
        role.allow(
            f"read-{self.node.id}",
            Statement(actions=("s3:GetObject",), resources=tuple(f"{self.arn}/{keys}" for keys in below)),
            Statement(
                actions=("s3:ListBucket",), resources=(self.arn,), conditions={"StringLike": {"s3:prefix": below}}
            ),
            Statement(actions=("s3:GetBucketLocation",), resources=(self.arn,)),
            self._key.decrypting("s3"),
        )

    def grant_deliver(self, role: Role, prefix: str = "") -> None:
        """Let a delivering service find its bucket and abort an upload, besides putting objects."""
        role.allow(
            f"deliver-{self.node.id}",
            Statement(
                actions=("s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"),
                resources=(f"{self.arn}/{prefix}*",),
            ),
            Statement(
                actions=("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"),
                resources=(self.arn,),
            ),
            self._key.exchanging("s3"),
        )

    def use(self, amount: Callable[[Traffic], Amount] = lambda _: Amount(per_second=0)) -> Use:
        """The objects that are put, for `ops cost`; by default only failures put any."""
        return Use(of=self.node.path, kind="objects", amount=amount)

    def log_to(self, bucket: Bucket, prefix: str) -> None:
        """Let S3 write a line per request on this bucket to ``bucket``, below ``prefix``."""
        S3BucketLoggingA(
            self, "logging", bucket=self._bucket.id, target_bucket=bucket.name, target_prefix=prefix
        ).node.add_dependency(bucket.policy)

    def _default_encryption(self) -> S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA:
        return S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
            sse_algorithm="aws:kms", kms_master_key_id=self._key.arn
        )

    def _encrypt(self) -> None:
        default = self._default_encryption()
        S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self._bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=default, bucket_key_enabled=True
                )
            ],
        )

    def _close(self) -> None:
        block = S3BucketPublicAccessBlock(
            self,
            "public-access-block",
            bucket=self._bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
        )
        S3BucketOwnershipControls(
            self,
            "ownership",
            bucket=self._bucket.id,
            rule=S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced"),
        )
        policy = policy_json(tls_only("s3:*", self.arn, f"{self.arn}/*"), *self._allowed(self.arn))
        self.policy = S3BucketPolicy(self, "policy", bucket=self._bucket.id, policy=policy, depends_on=[block])


def _rule(lifecycle: LifecycleConfig) -> S3BucketLifecycleConfigurationRule:
    steps = (
        ("STANDARD_IA", lifecycle.infrequent_access_days),
        ("GLACIER", lifecycle.glacier_days),
        ("DEEP_ARCHIVE", lifecycle.deep_archive_days),
    )
    return S3BucketLifecycleConfigurationRule(
        id="age",
        status="Enabled",
        filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
        transition=[
            S3BucketLifecycleConfigurationRuleTransition(days=days, storage_class=storage_class)
            for storage_class, days in steps
            if days is not None
        ],
        expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=lifecycle.expire_days)]
        if lifecycle.expire_days is not None
        else None,
        noncurrent_version_expiration=[
            S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(noncurrent_days=lifecycle.noncurrent_days)
        ],
        abort_incomplete_multipart_upload=[
            S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=ABORT_UPLOAD_DAYS)
        ],
    )
