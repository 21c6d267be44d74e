"""What the account has to have: credentials, the state's bucket, services, quotas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.account.api_logs import role_exists
from ops.preflight.capacity import api_throttle, concurrency, method_limits, needed, shards
from ops.preflight.finding import Finding, ask, client, reach
from ops.preflight.plan_checks import free_names, permissions, region_support, usable_key
from ops.preflight.state import state_bucket

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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
    identity: dict[str, str] = {}
    credentials = reach("credentials", lambda: identity.update(_identity(region)))
    yield credentials
    if credentials.problem:
        return
    if target.state_bucket:
        yield state_bucket(target.state_bucket, target.state_bucket_region, identity["Account"])
    if needed(parts, "timestream"):
        yield _timestream(region)
    if needed(parts, "api-logs"):
        yield _api_logs(region)
    if needed(parts, "kinesis-shards"):
        yield shards(parts, region)
    yield concurrency(parts, region)


def look_at_plan(document: Mapping[str, Any], target: Target) -> Iterator[Finding]:
    """What the plan's resources need besides; call it with credentials that `look` found to be good."""
    region, identity = target.region, _identity(target.region)
    yield region_support(document, region)
    yield free_names(document, region, identity["Account"])
    yield usable_key(document, region)
    if limits := list(method_limits(document)):
        yield api_throttle(limits, region)
    yield permissions(document, region, identity["Arn"])


def _identity(region: str) -> dict[str, str]:
    """Account and ARN of whoever calls."""
    answer = client("sts", region).get_caller_identity()
    return {"Account": str(answer["Account"]), "Arn": str(answer["Arn"])}


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
