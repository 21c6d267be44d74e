"""A bucket for objects that are written once: they can be locked and replicated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.s3_bucket_object_lock_configuration import (
    S3BucketObjectLockConfigurationA,
    S3BucketObjectLockConfigurationRuleA,
    S3BucketObjectLockConfigurationRuleDefaultRetentionA,
)
from cdktf_cdktf_provider_aws.s3_bucket_replication_configuration import (
    S3BucketReplicationConfigurationA,
    S3BucketReplicationConfigurationRule,
    S3BucketReplicationConfigurationRuleDeleteMarkerReplication,
    S3BucketReplicationConfigurationRuleDestination,
    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration,
    S3BucketReplicationConfigurationRuleFilter,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteria,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects,
)

from lib.building.iam import Role, Statement, service_trust
from lib.store.bucket import Bucket

if TYPE_CHECKING:
    from constructs import Construct

    from lib.config.storage import ArchiveBucketConfig
    from lib.context import Context
    from lib.security.key import Key


class ArchiveBucket(Bucket):
    """A `Bucket` that also locks and replicates where the settings say so.

    The lock is governance: who holds `s3:BypassGovernanceRetention` can undo a mistake. Deletions are not replicated,
    so that a copy also survives them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        context: Context,
        key: Key,
        settings: ArchiveBucketConfig,
    ) -> None:
        super().__init__(scope, id_, context=context, key=key, lifecycle=settings)
        if settings.object_lock_days is not None:
            self._lock(settings.object_lock_days)
        if settings.replica_bucket_arn is not None and settings.replica_key_arn is not None:
            role = Role(
                self,
                "replication-role",
                context=context,
                name=f"{id_}-replication",
                description=f"Copies the {id_} bucket",
                trust=service_trust("s3.amazonaws.com"),
            )
            self._grant_replicate(role, settings.replica_bucket_arn, settings.replica_key_arn)
            self._replicate(role, settings.replica_bucket_arn, settings.replica_key_arn)

    def _lock(self, days: int) -> None:
        self._bucket.object_lock_enabled = True
        retention = S3BucketObjectLockConfigurationRuleDefaultRetentionA(mode="GOVERNANCE", days=days)
        S3BucketObjectLockConfigurationA(
            self,
            "object-lock",
            bucket=self._bucket.id,
            rule=S3BucketObjectLockConfigurationRuleA(default_retention=retention),
            depends_on=[self._versioning],
        )

    def _grant_replicate(self, role: Role, bucket_arn: str, key_arn: str) -> None:
        """The permissions that S3 documents for encrypted and locked objects; the keys may be in different regions."""
        read = ("GetObjectVersionForReplication", "GetObjectVersionAcl", "GetObjectVersionTagging")
        locks = ("GetObjectRetention", "GetObjectLegalHold")
        region = key_arn.split(":")[3]
        role.allow(
            "replicate",
            Statement(actions=("s3:GetReplicationConfiguration", "s3:ListBucket"), resources=(self.arn,)),
            Statement(actions=tuple(f"s3:{action}" for action in read + locks), resources=(f"{self.arn}/*",)),
            Statement(actions=("s3:ReplicateObject", "s3:ReplicateTags"), resources=(f"{bucket_arn}/*",)),
            self._key.decrypting("s3"),
            Statement(
                actions=("kms:Encrypt",),
                resources=(key_arn,),
                conditions={"StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"}},
            ),
        )

    def _replicate(self, role: Role, bucket_arn: str, key_arn: str) -> None:
        encrypted = S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects(status="Enabled")
        encryption = S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration(replica_kms_key_id=key_arn)
        rule = S3BucketReplicationConfigurationRule(
            id="all",
            status="Enabled",
            priority=0,
            filter=S3BucketReplicationConfigurationRuleFilter(prefix=""),
            delete_marker_replication=S3BucketReplicationConfigurationRuleDeleteMarkerReplication(status="Disabled"),
            source_selection_criteria=S3BucketReplicationConfigurationRuleSourceSelectionCriteria(
                sse_kms_encrypted_objects=encrypted
            ),
            destination=S3BucketReplicationConfigurationRuleDestination(
                bucket=bucket_arn, encryption_configuration=encryption
            ),
        )
        replication = S3BucketReplicationConfigurationA(
            self, "replication", bucket=self._bucket.id, role=role.arn, rule=[rule]
        )
        role.comes_before(replication, self._versioning)
