"""What the plan needs of the account besides quotas: services in the region, free names, a key, permissions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from ops.preflight.finding import Finding, ask, client
from ops.preflight.permissions import CREATES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGIONAL = {
    "aws_athena_": "athena",
    "aws_glue_": "glue",
    "aws_iot_": "iot",
    "aws_kinesis_firehose_": "firehose",
    "aws_kinesis_stream": "kinesis",
    "aws_timestreamwrite_": "timestream-write",
}
"""Services that are not in every region, by the beginning of their resources' types."""
ACCOUNT = "${data.aws_caller_identity.account.account_id}"
SIMULATED = 50
"""Actions per request: IAM takes up to 100 names and answers in pages."""
UNUSABLE = ("Disabled", "PendingDeletion", "PendingImport", "Unavailable")


def resources(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Type and arguments of each resource of the plan."""
    for kind, found in document.get("resource", {}).items():
        for values in found.values():
            yield kind, values


def region_support(document: Mapping[str, Any], region: str) -> Finding:
    """Whether AWS offers the plan's services in the region, by botocore's list of endpoints."""

    def problem() -> str | None:
        kinds = {kind for kind, _ in resources(document)}
        wanted = {name for prefix, name in REGIONAL.items() if any(kind.startswith(prefix) for kind in kinds)}
        missing = sorted(name for name in wanted if region not in _regions(name))
        return (
            f"{', '.join(missing)} not offered in {region}; choose another region or switch them off"
            if missing
            else None
        )

    return ask("services in the region", problem)


def free_names(document: Mapping[str, Any], region: str, account: str) -> Finding:
    """Whether the names of the plan's buckets are free or already ours: all accounts of the world share them."""

    def problem() -> str | None:
        names = [
            values["bucket"].replace(ACCOUNT, account)
            for kind, values in resources(document)
            if kind == "aws_s3_bucket"
        ]
        s3 = client("s3", region)
        taken = [name for name in names if _is_foreign(s3, name, account)]
        return f"{', '.join(taken)} belong to another account; choose another suffix" if taken else None

    return ask("bucket names", problem)


def usable_key(document: Mapping[str, Any], region: str) -> Finding:
    """Whether the deployment's key can be used, where it exists already."""

    def problem() -> str | None:
        kms = client("kms", region)
        for kind, values in resources(document):
            if kind != "aws_kms_alias":
                continue
            try:
                state = kms.describe_key(KeyId=values["name"])["KeyMetadata"]["KeyState"]
            except ClientError as error:
                if code_of(error) == "NotFoundException":
                    continue
                raise
            if state in UNUSABLE:
                return f"{values['name']} is {state}; enable it, or cancel its deletion (aws kms cancel-key-deletion)"
        return None

    return ask("KMS key", problem)


def permissions(document: Mapping[str, Any], region: str, identity: str) -> Finding:
    """Whether whoever deploys may create the plan's resources, as IAM simulates it without boundaries of others."""

    def problem() -> str | None:
        iam = client("iam", region)
        source = _source(iam, identity)
        if source is None:
            return None
        actions = sorted({CREATES[kind] for kind, _ in resources(document) if kind in CREATES})
        denied: list[str] = []
        for start in range(0, len(actions), SIMULATED):
            answer = iam.simulate_principal_policy(
                PolicySourceArn=source, ActionNames=actions[start : start + SIMULATED]
            )
            results = answer["EvaluationResults"]
            denied += [each["EvalActionName"] for each in results if each["EvalDecision"] != "allowed"]
        return f"{identity} may not {', '.join(denied)}" if denied else None

    return ask("permissions", problem)


def _regions(service: str) -> list[str]:
    return boto3.session.Session().get_available_regions(service)


def _is_foreign(s3: Any, name: str, account: str) -> bool:
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        return code_of(error) in ("403", "AccessDenied")
    return False


def _source(iam: Any, identity: str) -> str | None:
    """The user or role whose policies count; None for the account's root, which may do everything."""
    if identity.endswith(":root"):
        return None
    assumed = re.fullmatch(r"arn:[\w-]+:sts::\d+:assumed-role/([^/]+)/.+", identity)
    return iam.get_role(RoleName=assumed[1])["Role"]["Arn"] if assumed else identity
