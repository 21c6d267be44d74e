"""Several environments, in two regions and two accounts, share nothing by accident."""

from __future__ import annotations

import json
from functools import cache
from itertools import combinations
from typing import Any

import msgspec
import pytest

from lib.config import load_preset
from ops.stack import build_stack
from tests.invariants.test_names import ACCOUNT, ACCOUNT_WIDE, NAME_KEYS, NAMELESS
from tests.support.synth import references

ENVIRONMENTS = {
    "dev in Virginia": ("dev", "us-east-1", "111111111111"),
    "dev in Frankfurt": ("dev", "eu-central-1", "111111111111"),
    "prod in Virginia": ("prod", "us-east-1", "111111111111"),
    "prod elsewhere": ("prod", "us-east-1", "222222222222"),
}
"""Suffix, region and account. The first three share an account, the last one has its own."""
WORLD_WIDE = {"aws_s3_bucket"}


@cache
def plan(name: str) -> dict[str, Any]:
    suffix, region, account = ENVIRONMENTS[name]
    config = msgspec.structs.replace(load_preset("complete"), region=region, account_id=account)
    _, document = build_stack(config, suffix)
    # As Terraform fills in what it looks up.
    found: dict[str, Any] = json.loads(json.dumps(document).replace(ACCOUNT, account))
    return found


def names(document: dict[str, Any]) -> set[tuple[str, str]]:
    """(type, name) of every resource that is not named inside of another one."""
    return {
        (kind, value)
        for kind, resources in document["resource"].items()
        for resource in resources.values()
        for key, value in resource.items()
        if key in NAME_KEYS and isinstance(value, str) and kind not in NAMELESS and not references(value)
    }


def shared(one: str, other: str) -> set[tuple[str, str]]:
    """Names that both environments have where they meet: in the world, in an account, or in a region of one."""
    (_, region, account), (_, other_region, other_account) = ENVIRONMENTS[one], ENVIRONMENTS[other]
    same = names(plan(one)) & names(plan(other))
    if account != other_account:
        return {(kind, name) for kind, name in same if kind in WORLD_WIDE}
    if region != other_region:
        return {(kind, name) for kind, name in same if kind in WORLD_WIDE | ACCOUNT_WIDE}
    return same


@pytest.mark.parametrize(("one", "other"), list(combinations(ENVIRONMENTS, 2)))
def test_no_two_environments_want_one_name(one: str, other: str) -> None:
    assert len(names(plan(one))) > 100
    assert shared(one, other) == set()


def test_environments_of_two_accounts_may_have_the_same_names() -> None:
    """Otherwise the rule above could not fail: it compares names that do collide where they meet."""
    kinds = {kind for kind, _ in names(plan("prod in Virginia")) & names(plan("prod elsewhere"))}
    assert {"aws_lambda_function", "aws_iam_role", "aws_dynamodb_table"} <= kinds


def test_each_environment_has_a_state_of_its_own() -> None:
    states = {(ENVIRONMENTS[name][2], plan(name)["terraform"]["backend"]["s3"]["key"]) for name in ENVIRONMENTS}
    assert len(states) == len(ENVIRONMENTS)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_an_environment_refers_to_its_own_region_and_account_only(name: str) -> None:
    _, region, account = ENVIRONMENTS[name]
    text = json.dumps(plan(name))
    others = {other for _, *both in ENVIRONMENTS.values() for other in both} - {region, account}
    assert [other for other in others if other in text] == []
    assert plan(name)["provider"]["aws"][0]["allowed_account_ids"] == [account]
