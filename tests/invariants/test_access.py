"""Who may do what: nothing by wildcard, nothing without the key's half, nobody from outside."""

from __future__ import annotations

import json
from collections import defaultdict
from fnmatch import fnmatch
from typing import TYPE_CHECKING, Any

from tests.support.synth import references

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.synth import Synthesized

STAR_ACTIONS = {
    frozenset({"xray:PutTraceSegments", "xray:PutTelemetryRecords"}),
    frozenset({"timestream:DescribeEndpoints"}),
    frozenset({"cloudwatch:GetMetricData"}),
    frozenset({"iot:ListThingPrincipals"}),
    frozenset(
        f"iot:{action}"
        for action in (
            *("AttachThingPrincipal", "RegisterThing", "ListThingPrincipals"),
            *("ListAttachedPolicies", "ListPrincipalPolicies", "ListPrincipalThings"),
        )
    ),
    frozenset(
        f"logs:{action}"
        for action in (
            *("CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams"),
            *("PutLogEvents", "GetLogEvents", "FilterLogEvents"),
        )
    ),
}
"""Actions that take no resource, by the service authorization reference; and what API Gateway wants of the role by
which it writes an account's logs."""

KEY_HALF = {
    "kinesis:PutRecords": ("kinesis", {"kms:GenerateDataKey"}),
    "kinesis:GetRecords": ("kinesis", {"kms:Decrypt"}),
    "s3:PutObject": ("s3", {"kms:GenerateDataKey"}),
    "sns:Publish": ("sns", {"kms:GenerateDataKey", "kms:Decrypt"}),
    "secretsmanager:GetSecretValue": ("secretsmanager", {"kms:Decrypt"}),
    "secretsmanager:PutSecretValue": ("secretsmanager", {"kms:Decrypt", "kms:GenerateDataKey"}),
    "dynamodb:GetItem": ("dynamodb", {"kms:Decrypt"}),
    "dynamodb:PutItem": ("dynamodb", {"kms:Decrypt"}),
    "dynamodb:UpdateItem": ("dynamodb", {"kms:Decrypt"}),
    "dynamodb:BatchWriteItem": ("dynamodb", {"kms:Decrypt"}),
    "dynamodb:BatchGetItem": ("dynamodb", {"kms:Decrypt"}),
    "dynamodb:PartiQLInsert": ("dynamodb", {"kms:Decrypt"}),
    "dynamodb:PartiQLUpdate": ("dynamodb", {"kms:Decrypt"}),
    "dynamodb:Query": ("dynamodb", {"kms:Decrypt"}),
    "kinesis:PutRecord": ("kinesis", {"kms:GenerateDataKey"}),
    "sqs:SendMessage": ("sqs", {"kms:GenerateDataKey", "kms:Decrypt"}),
    "sqs:ReceiveMessage": ("sqs", {"kms:Decrypt"}),
}
"""What an action on encrypted data needs of the key, by way of which service."""


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def role_statements(stack: Synthesized) -> Iterator[tuple[str, dict[str, Any]]]:
    for id_, policy in stack.all("aws_iam_role_policy").items():
        for statement in json.loads(policy["policy"])["Statement"]:
            yield id_, statement


def test_no_role_is_granted_a_wildcard_action(stack: Synthesized) -> None:
    assert [(where, s["Action"]) for where, s in role_statements(stack) if "*" in json.dumps(s["Action"])] == []


def test_only_actions_without_a_resource_are_granted_on_everything(stack: Synthesized) -> None:
    for where, statement in role_statements(stack):
        if "*" in as_list(statement["Resource"]):
            assert frozenset(as_list(statement["Action"])) in STAR_ACTIONS, where


def test_every_grant_names_resources_of_this_stack(stack: Synthesized) -> None:
    for where, statement in role_statements(stack):
        for resource in as_list(statement["Resource"]):
            assert resource == "*" or references(resource), (where, resource)


def test_every_grant_on_encrypted_data_brings_the_keys_half(stack: Synthesized) -> None:
    region = stack.document["provider"]["aws"][0]["region"]
    for id_, policy in stack.all("aws_iam_role_policy").items():
        statements = json.loads(policy["policy"])["Statement"]
        for action in [action for s in statements for action in as_list(s["Action"])]:
            if action not in KEY_HALF:
                continue
            service, needed = KEY_HALF[action]
            host = f"{service}.{region}.amazonaws.com"
            granted = {
                key_action
                for s in statements
                if s.get("Condition") == {"StringEquals": {"kms:ViaService": host}}
                for key_action in as_list(s["Action"])
            }
            assert needed <= granted, (id_, action)


def test_no_role_of_a_preset_uses_the_key_directly(stack: Synthesized) -> None:
    assert direct_users_of_the_key(stack) == set()


def direct_users_of_the_key(stack: Synthesized) -> set[str]:
    """The principals that assume a role which may use the key without a service in between."""
    direct = {
        next(iter(references(policy["role"])))
        for policy in stack.all("aws_iam_role_policy").values()
        for statement in json.loads(policy["policy"])["Statement"]
        if "kms:" in json.dumps(statement["Action"]) and "kms:ViaService" not in json.dumps(statement)
    }
    roles = stack.all("aws_iam_role")
    trusts = [json.loads(roles[id_]["assume_role_policy"])["Statement"][0] for id_ in direct]
    return {trust["Principal"].get("Service", "a caller") for trust in trusts}


def test_each_function_has_a_role_of_its_own(stack: Synthesized) -> None:
    roles = [function["role"] for function in stack.all("aws_lambda_function").values()]
    assert len(set(roles)) == len(roles)


def test_each_role_trusts_one_principal(stack: Synthesized) -> None:
    for role in stack.all("aws_iam_role").values():
        (statement,) = json.loads(role["assume_role_policy"])["Statement"]
        (principal,) = statement["Principal"].values()
        assert len(as_list(principal)) == 1
        assert principal != "*"


def test_a_service_for_many_accounts_is_bound_to_ours(stack: Synthesized) -> None:
    for where, statement in stack.statements():
        service = statement.get("Principal", {}).get("Service", "")
        if statement["Action"] != "sts:AssumeRole" or service not in {"firehose.amazonaws.com", "iot.amazonaws.com"}:
            continue
        assert "aws:SourceAccount" in statement["Condition"]["StringEquals"], where


def test_a_resource_policy_allows_only_the_account_and_named_services(stack: Synthesized) -> None:
    for where, statement in stack.statements():
        principal = statement.get("Principal")
        if principal and statement["Effect"] == "Allow":
            assert principal != "*", where
            assert "*" not in principal.values(), where


def test_producers_may_only_put_records(stack: Synthesized) -> None:
    granted: dict[str, set[str]] = defaultdict(set)
    for where, statement in role_statements(stack):
        if where.startswith("producer_"):
            granted[where] |= set(as_list(statement["Action"]))
    wanted = {"kinesis:PutRecord", "kinesis:PutRecords", "kms:GenerateDataKey"}
    assert list(granted.values()) == ([wanted] if stack.all("aws_kinesis_stream") else [])


def test_the_key_lets_cloudwatch_encrypt_each_log_group_and_alarm(stack: Synthesized) -> None:
    statements = {s["Sid"]: s for s in json.loads(stack.one("aws_kms_key")["policy"])["Statement"]}
    logs = statements["CloudWatchLogs"]["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    for group in stack.all("aws_cloudwatch_log_group").values():
        assert fnmatch(group["name"], logs.rpartition("log-group:")[2])
    alarms = statements["CloudWatchAlarms"]["Condition"]["ArnLike"]["aws:SourceArn"]
    for alarm in stack.all("aws_cloudwatch_metric_alarm").values():
        assert fnmatch(alarm["alarm_name"], alarms.rpartition("alarm:")[2])


def test_a_service_may_invoke_a_function_only_for_our_resource(stack: Synthesized) -> None:
    account = "${data.aws_caller_identity.account.account_id}"
    sources = {}
    for permission in stack.all("aws_lambda_permission").values():
        assert permission["action"] == "lambda:InvokeFunction"
        # In a method of the API a star stands in the place of the path's parameter.
        assert "*" not in permission["source_arn"].removesuffix("/GET/devices/*")
        ours = references(permission["source_arn"]) - {"account", "partition"}
        assert ours or account in permission["source_arn"], "an ARN of ours, or one that names our account"
        sources[permission["principal"]] = ours
    assert sources["secretsmanager.amazonaws.com"] == set(stack.all("aws_secretsmanager_secret"))
