"""What the deploy roles may do, and what no role may ever do.

A deploy role creates roles. Without a boundary it could create one that may do everything and use it. So it creates
roles only with `RUNTIME_BOUNDARY`, and its own boundary keeps it from changing what this stack made.
"""

from __future__ import annotations

from dataclasses import dataclass

from lib.building.iam import Statement
from lib.naming import PROJECT

PREFIX = "terraform"
"""Names of this stack's own roles and policies begin with it, and a deploy role may not touch them."""
RUNTIME_BOUNDARY, DEPLOY_BOUNDARY = f"{PREFIX}-runtime-boundary", f"{PREFIX}-deploy-boundary"
RUNTIME_SERVICES = (
    "athena",
    "cloudwatch",
    "dynamodb",
    "execute-api",
    "firehose",
    "glue",
    "iot",
    "kinesis",
    "kms",
    "lambda",
    "logs",
    "s3",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "timestream",
    "xray",
)
"""Services that roles of a deployment use."""
DEPLOY_SERVICES = (*RUNTIME_SERVICES, "apigateway", "cloudtrail", "events", "wafv2")
"""Services whose resources a deployment consists of, besides IAM."""
PASSED_TO = ("lambda", "firehose", "iot", "glue", "timestream", "s3", "apigateway")
"""Services that act with a role of the deployment."""
ROLE_ACTIONS = (
    "DeleteRole",
    "DeleteRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
)
BOUNDED_ACTIONS = ("CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy")
"""Actions for which IAM knows the boundary of the role (IAM, condition key iam:PermissionsBoundary)."""
WHOLE_SERVICE = "Terraform creates, reads, changes and deletes whatever the settings ask for; the boundary limits it"
READ_ALL = "reading actions of IAM and of the account's own facts mostly have no resource"


@dataclass(frozen=True)
class BootstrapArns:
    """ARNs of one account, from its partition and number."""

    partition: str
    account: str
    bucket: str

    def role(self, name: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:role/{name}"

    def policy(self, name: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:policy/{name}"

    def provider(self, host: str) -> str:
        return f"arn:{self.partition}:iam::{self.account}:oidc-provider/{host}"


def runtime_boundary() -> list[Statement]:
    """What a role of a deployment can have at most: nothing of IAM, of STS, or of services that it does not use."""
    return [Statement(actions=_all_of(RUNTIME_SERVICES), resources=("*",), star_reason=WHOLE_SERVICE)]


def deploy_boundary(arns: BootstrapArns) -> list[Statement]:
    """What a deploy role can have at most, whatever policy it gets."""
    own = (arns.role(f"{PREFIX}-*"), arns.policy(f"{PREFIX}-*"), arns.provider("*"))
    return [
        Statement(
            actions=(*_all_of(DEPLOY_SERVICES), "iam:*", "sts:GetCallerIdentity"),
            resources=("*",),
            star_reason=WHOLE_SERVICE,
        ),
        Statement(sid="NotThisStack", effect="Deny", actions=_changing("iam"), resources=own),
        Statement(
            sid="NotTheStatesBucket",
            effect="Deny",
            actions=("s3:DeleteBucket*", "s3:PutBucket*", "s3:PutEncryptionConfiguration", "s3:PutLifecycle*"),
            resources=(f"arn:{arns.partition}:s3:::{arns.bucket}",),
        ),
        Statement(
            sid="NoUsersAndKeys",
            effect="Deny",
            actions=("iam:*AccessKey*", "iam:*Group*", "iam:*LoginProfile*", "iam:*MFADevice*", "iam:*User*"),
            resources=("*",),
        ),
    ]


def deploying(arns: BootstrapArns) -> list[Statement]:
    """What a deploy role needs for an environment's resources."""
    roles = (arns.role(f"{PROJECT}-*"),)
    bounded = {"StringEquals": {"iam:PermissionsBoundary": arns.policy(RUNTIME_BOUNDARY)}}
    passed = {"StringEquals": {"iam:PassedToService": [f"{service}.amazonaws.com" for service in PASSED_TO]}}
    return [
        Statement(actions=_all_of(DEPLOY_SERVICES), resources=("*",), star_reason=WHOLE_SERVICE),
        Statement(
            actions=("iam:Get*", "iam:List*", "iam:SimulatePrincipalPolicy"), resources=("*",), star_reason=READ_ALL
        ),
        Statement(actions=tuple(f"iam:{each}" for each in BOUNDED_ACTIONS), resources=roles, conditions=bounded),
        Statement(actions=tuple(f"iam:{each}" for each in ROLE_ACTIONS), resources=roles),
        Statement(actions=("iam:PassRole",), resources=roles, conditions=passed),
    ]


def planning() -> list[Statement]:
    """What a plan reads; it changes nothing but the lock of the state."""
    read = tuple(f"{service}:{verb}*" for service in DEPLOY_SERVICES for verb in _READING.get(service, ("Get", "List")))
    return [Statement(actions=(*read, "iam:Get*", "iam:List*"), resources=("*",), star_reason=READ_ALL)]


def using_state(arns: BootstrapArns, key_arn: str, prefixes: tuple[str, ...], *, write: bool) -> list[Statement]:
    """Read the states below ``prefixes`` and take their locks; with ``write`` also replace the states."""
    bucket = f"arn:{arns.partition}:s3:::{arns.bucket}"
    locks = tuple(f"{bucket}/{prefix}/*.tflock" for prefix in prefixes)
    states = tuple(f"{bucket}/{prefix}/*" for prefix in prefixes)
    return [
        Statement(actions=("s3:ListBucket", "s3:GetBucketLocation"), resources=(bucket,)),
        Statement(actions=("s3:GetObject",), resources=states),
        Statement(actions=("s3:PutObject", "s3:DeleteObject"), resources=states if write else locks),
        Statement(actions=("kms:Decrypt", "kms:GenerateDataKey"), resources=(key_arn,)),
    ]


_READING = {
    "athena": ("GetNamedQuery", "GetWorkGroup", "List"),
    "cloudwatch": ("Describe", "Get", "List"),
    "dynamodb": ("Describe", "List"),
    "cloudtrail": ("Describe", "Get", "List"),
    "events": ("Describe", "List"),
    "execute-api": (),
    "firehose": ("Describe", "List"),
    "iot": ("Describe", "GetPolicy", "GetTopicRule", "List"),
    "kinesis": ("Describe", "List"),
    "kms": ("Describe", "Get", "List"),
    "logs": ("Describe", "List"),
    "s3": ("GetBucket", "GetAccelerate", "GetEncryption", "GetLifecycle", "GetReplication", "List"),
    "secretsmanager": ("Describe", "GetResourcePolicy", "List"),
    "ssm": ("Describe", "GetParameter", "List"),
    "timestream": ("Describe", "List"),
    "apigateway": ("GET",),
}
"""Verbs that read settings; those of data, such as GetItem, GetRecords, GetObject or GetSecretValue, are left out."""


def _all_of(services: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{service}:*" for service in services)


def _changing(service: str) -> tuple[str, ...]:
    verbs = ("Add", "Attach", "Create", "Delete", "Detach", "Put", "Remove", "Set", "Tag", "Untag", "Update")
    return tuple(f"{service}:{verb}*" for verb in verbs)
