"""Every name carries the suffix and fits its service."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.support.synth import references

if TYPE_CHECKING:
    from tests.support.synth import Synthesized

NAME_KEYS = {
    "name",
    "name_prefix",
    "bucket",
    "function_name",
    "layer_name",
    "alarm_name",
    "dashboard_name",
    "database_name",
    "table_name",
}
NAMELESS = {
    "aws_iam_role_policy",
    "aws_cloudwatch_log_stream",
    "aws_api_gateway_model",
    "aws_api_gateway_request_validator",
    "aws_athena_named_query",
    "aws_glue_catalog_table",
}
"""Named inside of something that carries the suffix itself."""
NAME_LIMITS = {
    "aws_lambda_function": 64,
    "aws_iam_role": 64,
    "aws_s3_bucket": 63,
    "aws_kinesis_firehose_delivery_stream": 64,
}
ACCOUNT_WIDE = {"aws_iam_role", "aws_cloudwatch_dashboard"}
"""What all regions of an account see under one name: without the region, a suffix in two regions would share it."""
ACCOUNT = "${data.aws_caller_identity.account.account_id}"


def region_of(stack: Synthesized) -> str:
    region: str = stack.document["provider"]["aws"][0]["region"]
    return region


def names(stack: Synthesized) -> list[tuple[str, str]]:
    return [
        (kind, value)
        for kind, _, resource in stack.every()
        for key, value in resource.items()
        if key in NAME_KEYS and isinstance(value, str) and kind not in NAMELESS and not references(value)
    ]


def test_every_name_carries_the_suffix(stack: Synthesized) -> None:
    assert names(stack)
    assert [(kind, name) for kind, name in names(stack) if not re.search(r"[-_/]test\b|[-_]test_", name)] == []


def test_no_name_is_longer_than_its_service_takes(stack: Synthesized) -> None:
    for kind, name in names(stack):
        assert len(name.replace(ACCOUNT, "0" * 12)) <= NAME_LIMITS.get(kind, 255), (kind, name)


def test_bucket_names_carry_the_region_and_account(stack: Synthesized) -> None:
    for bucket in stack.all("aws_s3_bucket").values():
        assert bucket["bucket"].endswith(f"-test-{region_of(stack)}-{ACCOUNT}")


def test_names_that_an_account_shares_carry_the_region(stack: Synthesized) -> None:
    shared = [(kind, name) for kind, name in names(stack) if kind in ACCOUNT_WIDE]
    assert {kind for kind, _ in shared} == ACCOUNT_WIDE
    assert [(kind, name) for kind, name in shared if not name.endswith(f"-test-{region_of(stack)}")] == []


def test_everything_is_tagged_by_default(stack: Synthesized) -> None:
    (provider,) = stack.document["provider"]["aws"]
    (tags,) = provider["default_tags"]
    assert {"project", "environment", "preset"} <= set(tags["tags"])
    assert tags["tags"]["environment"] == "test"


def test_the_state_is_encrypted_and_locked(stack: Synthesized) -> None:
    backend = stack.document["terraform"]["backend"]["s3"]
    assert backend["encrypt"] is True
    assert backend["use_lockfile"] is True
    assert backend["key"] == f"test/{region_of(stack)}/TapStacktest.tfstate"


def test_the_stack_holds_no_secret_value(stack: Synthesized) -> None:
    assert "aws_secretsmanager_secret_version" not in stack.kinds()
    text = json.dumps(stack.document)
    assert "secret_string" not in text
    # What is ephemeral exists in memory alone, and goes into write-only arguments.
    ephemeral = stack.document.get("ephemeral", {})
    assert set(ephemeral) <= {"aws_secretsmanager_random_password"}
    durable = json.dumps({key: value for key, value in stack.document.items() if key not in {"ephemeral", "//"}})
    written = {
        key for _, _, resource in stack.every() for key, value in resource.items() if "${ephemeral." in str(value)
    }
    assert written <= {"value_wo"}
    assert "password" not in durable.replace("${ephemeral.aws_secretsmanager_random_password.", "").replace(
        ".token_key.random_password}", ""
    ).replace("token_key.random_password}", "")
