"""Audit logging: who read or changed which object of the deployment's buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.cloudtrail import (
    Cloudtrail,
    CloudtrailAdvancedEventSelector,
    CloudtrailAdvancedEventSelectorFieldSelector,
)
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA as DefaultEncryption,
)
from constructs import Construct

from lib.building.iam import Statement
from lib.config.storage import LifecycleConfig
from lib.part import PartDescription
from lib.store.bucket import Bucket
from lib.usage import Amount

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lib.context import Context
    from lib.security.key import Key
    from lib.usage import Traffic

ACCESS = "access/"
TRAIL = "cloudtrail"


class LogBucket(Bucket):
    """As `Bucket`, but encrypted with S3's own keys: S3 delivers access logs to no bucket with a customer key (its
    user guide, "Enabling Amazon S3 server access logging").
    """

    def _default_encryption(self) -> DefaultEncryption:
        return DefaultEncryption(sse_algorithm="AES256")


class Audit(Construct):
    """A bucket with both logs. CloudTrail encrypts its own with the customer key and signs them (digest files)."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key, buckets: Sequence[Bucket]) -> None:
        super().__init__(scope, id_)
        trail = context.naming.name("audit")
        self.bucket = LogBucket(
            self,
            "audit-logs",
            context=context,
            key=key,
            lifecycle=LifecycleConfig(expire_days=context.config.audit.retention_days),
            allowed=lambda arn: _writers(context, arn, trail, buckets),
        )
        for bucket in buckets:
            bucket.log_to(self.bucket, f"{ACCESS}{bucket.node.id}/")
        self.trail = Cloudtrail(
            self,
            "trail",
            name=trail,
            s3_bucket_name=self.bucket.name,
            s3_key_prefix=TRAIL,
            kms_key_id=key.arn,
            enable_log_file_validation=True,
            include_global_service_events=False,
            advanced_event_selector=[_data_events(buckets)],
            depends_on=[self.bucket.policy],
        ).name

    def describe(self) -> PartDescription:
        outputs = {"audit_bucket": self.bucket.name, "audit_trail": self.trail}
        return PartDescription(outputs=outputs, uses=[self.bucket.use(_log_objects)])


def _log_objects(_: Traffic) -> Amount:
    """CloudTrail and S3 deliver a log file about every five minutes each."""
    return Amount(per_second=2 / 300, size=10_000)


def _data_events(buckets: Sequence[Bucket]) -> CloudtrailAdvancedEventSelector:
    field = CloudtrailAdvancedEventSelectorFieldSelector
    return CloudtrailAdvancedEventSelector(
        name="Objects of the deployment",
        field_selector=[
            field(field="eventCategory", equal_to=["Data"]),
            field(field="resources.type", equal_to=["AWS::S3::Object"]),
            field(field="resources.ARN", starts_with=[f"{bucket.arn}/" for bucket in buckets]),
        ],
    )


def _writers(context: Context, arn: str, trail: str, buckets: Sequence[Bucket]) -> Sequence[Statement]:
    """What S3 and CloudTrail document for their deliveries, bound to our buckets and our trail."""
    ours = {"StringEquals": {"aws:SourceArn": context.arn("cloudtrail", f"trail/{trail}")}}
    cloudtrail = {"Service": "cloudtrail.amazonaws.com"}
    return (
        Statement(
            sid="AccessLogs",
            principals={"Service": "logging.s3.amazonaws.com"},
            actions=("s3:PutObject",),
            resources=(f"{arn}/{ACCESS}*",),
            conditions={
                "StringEquals": {"aws:SourceAccount": context.account},
                "ArnLike": {"aws:SourceArn": [bucket.arn for bucket in buckets]},
            },
        ),
        Statement(
            sid="TrailLooks", principals=cloudtrail, actions=("s3:GetBucketAcl",), resources=(arn,), conditions=ours
        ),
        Statement(
            sid="TrailWrites",
            principals=cloudtrail,
            actions=("s3:PutObject",),
            resources=(f"{arn}/{TRAIL}/AWSLogs/{context.account}/*",),
            conditions={"StringEquals": {**ours["StringEquals"], "s3:x-amz-acl": "bucket-owner-full-control"}},
        ),
    )


def build_audit(scope: Construct, *, context: Context, key: Key, buckets: Iterable[Bucket | None]) -> Audit | None:
    """None where the settings do not enable it. A None in ``buckets`` is a bucket that the deployment does not have."""
    if not context.config.audit.enabled:
        return None
    return Audit(scope, "audit", context=context, key=key, buckets=[bucket for bucket in buckets if bucket])
