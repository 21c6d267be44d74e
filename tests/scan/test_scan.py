"""Independent judges find nothing in an applied plan that is not waived with a reason."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.scan.findings import Finding, Waiver, checkov, judge_policies
from tests.support.embedded import STACKS

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.run.deployment import Deployment

pytestmark = [pytest.mark.terraform, pytest.mark.e2e]

WAIVERS = [
    Waiver(**entry)
    for entry in tomllib.loads(Path(__file__).with_name("waivers.toml").read_text(encoding="utf-8"))["waiver"]
]


@pytest.fixture(scope="module")
def findings(
    deployment: Deployment,
    second_plan: Callable[[Deployment], dict[str, Any]],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Finding]:
    """Of each applied stack in turn."""
    plan = second_plan(deployment)
    policies, found = judge_policies(plan)
    assert policies > 20, "so few policies mean that the plan was not read"
    return sorted({*found, *checkov(plan, tmp_path_factory.mktemp("scan"))})


@pytest.fixture
def waivers(request: pytest.FixtureRequest) -> list[Waiver]:
    """Those for the preset of the stack."""
    preset = STACKS[request.node.callspec.params["deployment"]]
    return [waiver for waiver in WAIVERS if preset in waiver.presets]


def test_every_finding_is_fixed_or_waived(findings: list[Finding], waivers: list[Waiver]) -> None:
    assert [finding for finding in findings if not any(waiver.covers(finding) for waiver in waivers)] == []


def test_every_waiver_is_needed_in_each_of_its_presets(findings: list[Finding], waivers: list[Waiver]) -> None:
    assert [waiver for waiver in waivers if not any(waiver.covers(finding) for finding in findings)] == []


def test_every_waiver_is_for_presets_that_are_scanned() -> None:
    assert [waiver for waiver in WAIVERS if not waiver.presets or set(waiver.presets) - set(STACKS.values())] == []


def test_every_waiver_says_why() -> None:
    assert [waiver for waiver in WAIVERS if len(waiver.reason) < 40] == []


def test_a_policy_that_grants_too_much_would_be_found() -> None:
    policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObjectt","Resource":"*"}]}'
    resource = {"address": "aws_iam_role_policy.bad", "values": {"policy": policy}}
    _, found = judge_policies({"planned_values": {"root_module": {"resources": [resource]}}})
    assert [finding.check for finding in found] == ["UNKNOWN_ACTION"]
