"""The deploy roles can deploy every preset, and nobody can use them to get more."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from lib.bootstrap.policies import BootstrapArns, deploy_boundary, deploying, planning, runtime_boundary
from lib.bootstrap.settings import BootstrapSettings
from lib.building.iam import Statement, policy_json
from lib.config import ConfigError
from tests.support.synth import Synthesized, synthesize_bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterable

ARNS = BootstrapArns("aws", "123456789012", "states")
READING_DATA = (
    "s3:GetObject",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "kinesis:GetRecords",
    "secretsmanager:GetSecretValue",
    "sqs:ReceiveMessage",
    "athena:GetQueryResults",
    "iot:GetThingShadow",
    "timestream:Select",
)
INLINE_POLICY_CHARACTERS, MANAGED_POLICY_CHARACTERS = 10_240, 6_144
"""IAM quotas, white space not counted."""


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return Synthesized.of(synthesize_bootstrap(tmp_path_factory.mktemp("bootstrap")))


def allows(statements: Iterable[Statement], action: str) -> bool:
    """Whether a statement allows the action, and none denies it everywhere."""
    matching = [each for each in statements if any(fnmatchcase(action, pattern) for pattern in each.actions)]
    denied = any(each.effect == "Deny" and each.resources == ("*",) for each in matching)
    return any(each.effect == "Allow" for each in matching) and not denied


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_the_runtime_boundary_lets_every_granted_action_through(stack: Synthesized) -> None:
    actions = {
        action
        for where, statement in stack.statements()
        if where.startswith("aws_iam_role_policy")
        for action in listed(statement["Action"])
    }
    assert actions
    assert sorted(action for action in actions if not allows(runtime_boundary(), action)) == []


def test_no_role_of_a_deployment_can_get_at_identities() -> None:
    for action in ("iam:CreateRole", "iam:PassRole", "sts:AssumeRole", "organizations:LeaveOrganization"):
        assert not allows(runtime_boundary(), action)


def test_the_deploy_boundary_lets_the_deploy_policy_through() -> None:
    actions = {action.replace("*", "") for statement in deploying(ARNS) for action in statement.actions}
    assert sorted(action for action in actions if not allows(deploy_boundary(ARNS), action)) == []


@pytest.mark.parametrize("action", ["iam:CreateUser", "iam:CreateAccessKey", "iam:AddUserToGroup", "sts:AssumeRole"])
def test_a_deploy_role_makes_no_users_and_no_keys(action: str) -> None:
    assert not allows(deploy_boundary(ARNS), action)


def test_roles_are_made_only_with_the_boundary() -> None:
    for statement in deploying(ARNS):
        if {"iam:CreateRole", "iam:PutRolePolicy"} & set(statement.actions):
            boundary = statement.conditions["StringEquals"]["iam:PermissionsBoundary"]
            assert boundary == "arn:aws:iam::123456789012:policy/terraform-runtime-boundary"
            assert statement.resources == ("arn:aws:iam::123456789012:role/iot-*",)


@pytest.mark.parametrize("action", READING_DATA)
def test_a_plan_reads_no_data(action: str) -> None:
    assert not allows(planning(), action)


def test_only_one_repository_and_environment_may_assume_a_role(bootstrap: Synthesized) -> None:
    subjects = {}
    for role in bootstrap.all("aws_iam_role").values():
        (statement,) = json.loads(role["assume_role_policy"])["Statement"]
        claims = statement["Condition"]["StringEquals"]
        assert claims["token.actions.githubusercontent.com:aud"] == "sts.amazonaws.com"
        subjects[role["name"]] = claims["token.actions.githubusercontent.com:sub"]
    assert subjects == {
        "terraform-plan": [
            "repo:acme/pipeline:pull_request",
            "repo:acme/pipeline:environment:dev-plan",
            "repo:acme/pipeline:environment:staging-plan",
            "repo:acme/pipeline:environment:prod-plan",
        ],
        "terraform-deploy-dev": ["repo:acme/pipeline:environment:dev"],
        "terraform-deploy-staging": ["repo:acme/pipeline:environment:staging"],
        "terraform-deploy-prod": ["repo:acme/pipeline:environment:prod"],
    }


def test_every_role_of_the_bootstrap_has_its_boundary(bootstrap: Synthesized) -> None:
    (boundary,) = [
        f"${{aws_iam_policy.{id_}.arn}}"
        for id_, policy in bootstrap.all("aws_iam_policy").items()
        if policy["name"] == "terraform-deploy-boundary"
    ]
    assert {role["permissions_boundary"] for role in bootstrap.all("aws_iam_role").values()} == {boundary}


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_a_deploy_role_writes_only_its_own_states(name: str, bootstrap: Synthesized) -> None:
    (policy,) = [each for each in bootstrap.all("aws_iam_role_policy").values() if each["name"] == f"deploy-{name}"]
    written = [
        resource.rpartition("iot-terraform-state-us-east-1-123456789012/")[2]
        for statement in json.loads(policy["policy"])["Statement"]
        if "s3:PutObject" in statement["Action"]
        for resource in listed(statement["Resource"])
    ]
    assert written == (["dev/*", "pr*/*"] if name == "dev" else [f"{name}/*"])


def test_the_states_are_versioned_encrypted_and_kept(bootstrap: Synthesized) -> None:
    (provider,) = bootstrap.document["provider"]["aws"]
    assert provider["allowed_account_ids"] == ["123456789012"]
    assert bootstrap.one("aws_s3_bucket")["lifecycle"] == {"prevent_destroy": True}
    assert bootstrap.one("aws_s3_bucket_versioning")["versioning_configuration"]["status"] == "Enabled"
    rule: dict[str, Any] = bootstrap.one("aws_s3_bucket_server_side_encryption_configuration")["rule"][0]
    assert rule["apply_server_side_encryption_by_default"]["sse_algorithm"] == "aws:kms"
    assert all(
        bootstrap.one("aws_s3_bucket_public_access_block")[key]
        for key in ("block_public_acls", "restrict_public_buckets")
    )
    assert "aws:SecureTransport" in bootstrap.one("aws_s3_bucket_policy")["policy"]
    backend = bootstrap.document["terraform"]["backend"]["s3"]
    assert (backend["bucket"], backend["use_lockfile"], backend["encrypt"]) == (
        "iot-terraform-state-us-east-1-123456789012",
        True,
        True,
    )


def test_policies_fit_the_quotas_of_iam(bootstrap: Synthesized) -> None:
    for policy in bootstrap.all("aws_iam_policy").values():
        assert len(policy["policy"]) <= MANAGED_POLICY_CHARACTERS
    for policy in bootstrap.all("aws_iam_role_policy").values():
        assert len(policy["policy"]) <= INLINE_POLICY_CHARACTERS
    assert len(policy_json(*planning())) <= INLINE_POLICY_CHARACTERS


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"repository": "acme"}, "REPOSITORY='acme'"),
        ({"repository": "acme/pipeline:environment:prod"}, "REPOSITORY="),
        ({"account": "12"}, "AWS_ACCOUNT_ID='12'"),
        ({"region": "europe"}, "AWS_REGION='europe'"),
        ({"environments": ()}, "environments"),
        ({"environments": ("Prod",)}, "ENVIRONMENT_SUFFIX='Prod'"),
    ],
)
def test_impossible_settings_are_refused_in_one_line(settings: dict[str, Any], words: str) -> None:
    good = {"account": "123456789012", "region": "us-east-1", "repository": "acme/pipeline"}
    with pytest.raises(ConfigError, match=words):
        BootstrapSettings(**{**good, **settings})
