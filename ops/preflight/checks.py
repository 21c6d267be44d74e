"""What the account has to have: credentials, the state's bucket, services, quotas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.account.api_logs import role_exists
from ops.preflight.capacity import concurrency, needed, shards
from ops.preflight.finding import Finding, ask, client, reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.part import PartDescription


@dataclass(frozen=True)
class Target:
    """Where a deployment goes, and the bucket of its state, None if nobody named it."""

    region: str
    state_bucket: str | None
    state_bucket_region: str


def look(parts: PartDescription, target: Target) -> Iterator[Finding]:
    """Every check that these parts need; without credentials the first one is the only one."""
    region = target.region
    credentials = reach("credentials", client("sts", region).get_caller_identity)
    yield credentials
    if credentials.problem:
        return
    if target.state_bucket:
        yield _state_bucket(target.state_bucket, target.state_bucket_region)
    if needed(parts, "timestream"):
        yield _timestream(region)
    if needed(parts, "api-logs"):
        yield _api_logs(region)
    if needed(parts, "kinesis-shards"):
        yield shards(parts, region)
    yield concurrency(parts, region)


def _state_bucket(name: str, region: str) -> Finding:
    """Terraform's backend reaches a bucket only in the region that it is told."""

    def problem() -> str | None:
        actual = client("s3", region).head_bucket(Bucket=name).get("BucketRegion", region)
        return None if actual == region else f"it is in {actual}; set TERRAFORM_STATE_BUCKET_REGION={actual}"

    return ask(f"state bucket {name}", problem)


def _timestream(region: str) -> Finding:
    finding = reach("Timestream", lambda: client("timestream-write", region).list_databases(MaxResults=1))
    if finding.problem is None:
        return finding
    advice = "closed to new customers since 2025-06-20 and not in every region; set [timestream] enabled = false"
    return Finding(finding.check, f"{advice} ({finding.problem})")


def _api_logs(region: str) -> Finding:
    """An account has one role for the logs of all its APIs in a region; no deployment owns it."""

    def problem() -> str | None:
        role = client("apigateway", region).get_account().get("cloudwatchRoleArn")
        if role and role_exists(client("iam", region), role):
            return None
        why = f"API Gateway's role for logs, {role}, is gone" if role else "API Gateway has no role for its logs"
        return f"{why}; run: python -m ops account api-logs --region {region}"

    return ask("API Gateway logs", problem)
