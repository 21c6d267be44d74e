"""Independent judges find nothing in the applied plan that is not waived with a reason."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.scan.findings import Finding, Waiver, checkov, judge_policies

if TYPE_CHECKING:
    from local.run.deployment import Deployment

pytestmark = [pytest.mark.terraform, pytest.mark.e2e]

WAIVERS = [
    Waiver(**entry)
    for entry in tomllib.loads(Path(__file__).with_name("waivers.toml").read_text(encoding="utf-8"))["waiver"]
]


@pytest.fixture(scope="module")
def plans(
    applied: Deployment, floor: Deployment, serverless: Deployment, analytics: Deployment
) -> list[dict[str, Any]]:
    """Second plans, made after the apply: every ARN and policy in them is known."""
    return [
        deployment.workspace.show(deployment.workspace.plan()) for deployment in (applied, floor, serverless, analytics)
    ]


@pytest.fixture(scope="module")
def findings(plans: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    found: set[Finding] = set()
    for plan in plans:
        policies, of_policies = judge_policies(plan)
        assert policies > 20, "so few policies mean that the plan was not read"
        found.update(of_policies, checkov(plan, tmp_path_factory.mktemp("scan")))
    return sorted(found)


def test_every_finding_is_mended_or_waived(findings: list[Finding]) -> None:
    assert [finding for finding in findings if not any(waiver.covers(finding) for waiver in WAIVERS)] == []


def test_every_waiver_is_needed(findings: list[Finding]) -> None:
    assert [waiver for waiver in WAIVERS if not any(waiver.covers(finding) for finding in findings)] == []


def test_every_waiver_says_why() -> None:
    assert [waiver for waiver in WAIVERS if len(waiver.reason) < 40] == []


def test_a_policy_that_grants_too_much_would_be_found() -> None:
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObjectt","Resource":"*"}]}'
    resource = {"address": "aws_iam_role_policy.bad", "values": {"policy": policy}}
    _, found = judge_policies({"planned_values": {"root_module": {"resources": [resource]}}})
    assert [finding.check for finding in found] == ["UNKNOWN_ACTION"]
