"""IAM: one statement type, one serializer, one role per principal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

if TYPE_CHECKING:
    from cdktf import TerraformResource

    from lib.context import Context

Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """One statement of a policy.

    A star as the resource or inside an action must come with the reason why nothing narrower is possible, or
    the statement refuses to be made.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ()
    conditions: Conditions = field(default_factory=dict)
    principals: Mapping[str, str | Sequence[str]] | None = None
    effect: str = "Allow"
    sid: str | None = None
    star_reason: str = ""

    def __post_init__(self) -> None:
        starred = "*" in self.resources or any("*" in action for action in self.actions)
        if starred and self.effect == "Allow" and not self.star_reason:
            raise ValueError(f"{self.actions} on {self.resources}: a star needs star_reason")

    def to_dict(self) -> dict[str, object]:
        document: dict[str, object] = {"Effect": self.effect, "Action": _one_or_list(self.actions)}
        if self.sid:
            document["Sid"] = self.sid
        if self.resources:
            document["Resource"] = _one_or_list(self.resources)
        if self.principals is not None:
            document["Principal"] = dict(self.principals)
        if self.conditions:
            document["Condition"] = {operator: dict(keys) for operator, keys in self.conditions.items()}
        return document


def policy_json(*statements: Statement) -> str:
    """The policy document; keys sorted, so that equal policies are equal text."""
    document = {"Version": "2012-10-17", "Statement": [statement.to_dict() for statement in statements]}
    return json.dumps(document, sort_keys=True)


def _one_or_list(values: tuple[str, ...]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def tls_only(actions: str, *resources: str) -> Statement:
    """Return the statement of a resource policy that denies every request without TLS."""
    return Statement(
        sid="TlsOnly",
        effect="Deny",
        principals={"AWS": "*"},
        actions=(actions,),
        resources=resources,
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )


class Role(Construct):
    """A role for exactly one principal; each grant becomes one inline policy of its own.

    :param name: what distinguishes the role in its deployment; the account knows it by suffix and region too.
    :param trust: who may assume it, as the trust policy's statement.
    """

    def __init__(
        self, scope: Construct, id_: str, *, context: Context, name: str, description: str, trust: Statement
    ) -> None:
        super().__init__(scope, id_)
        self._role = IamRole(
            self,
            "role",
            name=context.naming.account_wide(name),
            description=description,
            assume_role_policy=policy_json(trust),
            permissions_boundary=_boundary(context),
        )
        self.arn = self._role.arn
        self.name = self._role.name
        self._policies: list[str] = []
        self._waiting: list[tuple[TerraformResource, list[str]]] = []

    def allow(self, what: str, *statements: Statement) -> None:
        """Grant ``statements`` under the name ``what``, a verb and its object: ``read-stream``."""
        policy = IamRolePolicy(self, what, name=what, role=self._role.id, policy=policy_json(*statements))
        self._policies.append(_address(policy))
        for resource, others in self._waiting:
            resource.depends_on = self._policies + others

    def comes_before(self, resource: TerraformResource, *others: TerraformResource) -> None:
        """Make ``resource`` wait for all grants, later ones too, and for ``others``. It acts as soon as it exists."""
        self._waiting.append((resource, [_address(other) for other in others]))
        resource.depends_on = self._policies + self._waiting[-1][1]


def _boundary(context: Context) -> str | None:
    """The ARN of the policy that the settings name."""
    name = context.config.permissions_boundary
    return f"arn:{context.partition}:iam::{context.account}:policy/{name}" if name else None


def _address(resource: TerraformResource) -> str:
    return f"{resource.terraform_resource_type}.{resource.friendly_unique_id}"


def caller_trust(context: Context, named: Sequence[str]) -> Statement:
    """Return the trust for people and programs: the ARNs that the settings name.

    Without ARNs the account is trusted, so its own IAM policies decide: only principals that may call
    ``sts:AssumeRole`` on this role get in.
    """
    account = f"arn:{context.partition}:iam::{context.account}:root"
    return Statement(actions=("sts:AssumeRole",), principals={"AWS": list(named or (account,))})


def service_trust(service: str, *, account: str | None = None) -> Statement:
    """Trust for an AWS service, limited to our account where the service names the account that it acts for."""
    conditions: Conditions = {"StringEquals": {"aws:SourceAccount": account}} if account else {}
    return Statement(actions=("sts:AssumeRole",), principals={"Service": service}, conditions=conditions)
