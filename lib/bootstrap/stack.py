"""The stack that an account needs once before environments are deployed to it by workflows.

It has the bucket of Terraform's states, GitHub's OIDC provider, a role for plans, and a deploy role for each
environment. No key is stored anywhere: a workflow proves by its token which repository and environment it runs for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf import S3Backend, TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_openid_connect_provider import IamOpenidConnectProvider
from cdktf_cdktf_provider_aws.iam_policy import IamPolicy
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderDefaultTags

from lib.bootstrap.policies import (
    DEPLOY_BOUNDARY,
    PREFIX,
    RUNTIME_BOUNDARY,
    BootstrapArns,
    deploy_boundary,
    deploying,
    planning,
    runtime_boundary,
    using_state,
)
from lib.bootstrap.state_bucket import StateBucket
from lib.building.iam import Statement, policy_json
from lib.naming import PROJECT

if TYPE_CHECKING:
    from constructs import Construct

    from lib.bootstrap.settings import BootstrapSettings

GITHUB = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
HOUR = 3600
"""Seconds of a session; a deploy takes a quarter of it."""
NAME = "Bootstrap"
PULL_REQUESTS = "pr*"
"""Suffixes of the environments that pull requests get; the first environment's role deploys them."""


class BootstrapStack(TerraformStack):
    """:param in_bucket: whether the state is in the bucket that this stack makes. The first time it cannot be yet."""

    def __init__(self, scope: Construct, *, settings: BootstrapSettings, in_bucket: bool) -> None:
        super().__init__(scope, NAME)
        self._settings = settings
        tags = {"project": PROJECT, "environment": "bootstrap"}
        AwsProvider(
            self,
            "aws",
            region=settings.region,
            allowed_account_ids=[settings.account],
            default_tags=[AwsProviderDefaultTags(tags=tags)],
        )
        partition = DataAwsPartition(self, "partition").partition
        self._arns = BootstrapArns(partition, settings.account, settings.bucket)
        self._bucket = StateBucket(self, "state", name=settings.bucket, arns=self._arns)
        self._boundary = self._boundaries()
        self._provider = IamOpenidConnectProvider(
            self, "github", url=f"https://{GITHUB}", client_id_list=[AUDIENCE], lifecycle=_kept()
        )
        self._plan_role()
        for name in settings.environments:
            self._deploy_role(name)
        if in_bucket:
            self._state()

    def _state(self) -> None:
        key = f"bootstrap/{self._settings.region}/{NAME}.tfstate"
        S3Backend(self, bucket=self._settings.bucket, key=key, region=self._settings.region, encrypt=True)
        self.add_override("terraform.backend.s3.use_lockfile", True)

    def _boundaries(self) -> IamPolicy:
        IamPolicy(
            self,
            "runtime-boundary",
            name=RUNTIME_BOUNDARY,
            description="The most that a role of a deployment can have",
            policy=policy_json(*runtime_boundary()),
        )
        return IamPolicy(
            self,
            "deploy-boundary",
            name=DEPLOY_BOUNDARY,
            description="The most that a deploy role can have",
            policy=policy_json(*deploy_boundary(self._arns)),
        )

    def _plan_role(self) -> None:
        statements = planning(), using_state(self._arns, self._bucket.key_arn, ("*",), write=False)
        subjects = ["pull_request", *(f"environment:{name}-plan" for name in self._settings.environments)]
        self._role("plan", subjects, "Plans, and looks for drift", [each for part in statements for each in part])

    def _deploy_role(self, name: str) -> None:
        prefixes = (name, PULL_REQUESTS) if name == self._settings.environments[0] else (name,)
        state = using_state(self._arns, self._bucket.key_arn, prefixes, write=True)
        self._role(f"deploy-{name}", [f"environment:{name}"], f"Deploys {name}", [*deploying(self._arns), *state])

    def _role(self, name: str, subjects: list[str], description: str, statements: list[Statement]) -> None:
        role = IamRole(
            self,
            name,
            name=f"{PREFIX}-{name}",
            description=description,
            assume_role_policy=policy_json(self._trust(subjects)),
            permissions_boundary=self._boundary.arn,
            max_session_duration=HOUR,
        )
        IamRolePolicy(self, f"{name}-policy", name=name, role=role.id, policy=policy_json(*statements))

    def _trust(self, subjects: list[str]) -> Statement:
        """Only runs of our repository for exactly these subjects."""
        runs = [f"repo:{self._settings.repository}:{subject}" for subject in subjects]
        claims = {f"{GITHUB}:aud": AUDIENCE, f"{GITHUB}:sub": runs}
        return Statement(
            actions=("sts:AssumeRoleWithWebIdentity",),
            principals={"Federated": self._provider.arn},
            conditions={"StringEquals": claims},
        )


def _kept() -> TerraformResourceLifecycle:
    """An account has one provider for GitHub, which other projects may use as well."""
    return TerraformResourceLifecycle(prevent_destroy=True)
