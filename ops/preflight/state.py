"""The bucket of Terraform's states: there, ours, in the region that is named, versioned and encrypted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from ops.preflight.finding import Finding, ask, client

if TYPE_CHECKING:
    from typing import Any


def state_bucket(name: str, region: str, account: str) -> Finding:
    """Terraform's backend reaches a bucket only in the region that it is told."""

    def problem() -> str | None:
        s3 = client("s3", region)
        try:
            actual = s3.head_bucket(Bucket=name, ExpectedBucketOwner=account).get("BucketRegion", region)
        except ClientError as error:
            return _unreachable(error)
        if actual != region:
            return f"it is in {actual}; set TERRAFORM_STATE_BUCKET_REGION={actual}"
        return _unprotected(s3, name)

    return ask(f"state bucket {name}", problem)


def _unreachable(error: ClientError) -> str:
    code = code_of(error)
    if code in ("404", "NoSuchBucket"):
        return "it does not exist; 'make bootstrap' creates one"
    if code in ("403", "AccessDenied"):
        return "it belongs to another account, or these credentials may not use it; name a bucket of this account"
    raise error


def _unprotected(s3: Any, name: str) -> str | None:
    """A state that is overwritten by mistake must come back, and it may hold what nobody should read."""
    if s3.get_bucket_versioning(Bucket=name).get("Status") != "Enabled":
        return f"it is not versioned; run: aws s3api put-bucket-versioning --bucket {name} {_ENABLED}"
    try:
        s3.get_bucket_encryption(Bucket=name)
    except ClientError as error:
        if code_of(error) != "ServerSideEncryptionConfigurationNotFoundError":
            raise
        return "it is not encrypted; set a default encryption"
    return None


_ENABLED = "--versioning-configuration Status=Enabled"
