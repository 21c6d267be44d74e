"""What reaches AWS is within the patterns and lengths of its own API models, which botocore carries."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest

from lib.config.tags import is_tag_key, is_tag_value

if TYPE_CHECKING:
    from tests.support.synth import Synthesized

ACCOUNT = "${data.aws_caller_identity.account.account_id}"
MODELS = {
    "aws_athena_workgroup": {
        "name": "athena.CreateWorkGroup.Name",
        "description": "athena.CreateWorkGroup.Description",
    },
    "aws_cloudwatch_dashboard": {"dashboard_name": "cloudwatch.PutDashboard.DashboardName"},
    "aws_cloudwatch_event_rule": {"name": "events.PutRule.Name", "description": "events.PutRule.Description"},
    "aws_cloudwatch_log_group": {"name": "logs.CreateLogGroup.logGroupName"},
    "aws_cloudwatch_metric_alarm": {
        "alarm_name": "cloudwatch.PutMetricAlarm.AlarmName",
        "alarm_description": "cloudwatch.PutMetricAlarm.AlarmDescription",
    },
    "aws_dynamodb_table": {"name": "dynamodb.CreateTable.TableName"},
    "aws_glue_catalog_database": {"name": "glue.CreateDatabase.DatabaseInput.Name"},
    "aws_glue_catalog_table": {"name": "glue.CreateTable.TableInput.Name"},
    "aws_glue_crawler": {"name": "glue.CreateCrawler.Name", "description": "glue.CreateCrawler.Description"},
    "aws_iam_role": {"name": "iam.CreateRole.RoleName", "description": "iam.CreateRole.Description"},
    "aws_iam_role_policy": {"name": "iam.PutRolePolicy.PolicyName"},
    "aws_iot_policy": {"name": "iot.CreatePolicy.policyName"},
    "aws_iot_provisioning_template": {
        "name": "iot.CreateProvisioningTemplate.templateName",
        "description": "iot.CreateProvisioningTemplate.description",
        "template_body": "iot.CreateProvisioningTemplate.templateBody",
    },
    "aws_iot_thing_group": {"name": "iot.CreateThingGroup.thingGroupName"},
    "aws_iot_thing_type": {"name": "iot.CreateThingType.thingTypeName"},
    "aws_iot_topic_rule": {"name": "iot.CreateTopicRule.ruleName", "sql": "iot.CreateTopicRule.topicRulePayload.sql"},
    "aws_kinesis_firehose_delivery_stream": {"name": "firehose.CreateDeliveryStream.DeliveryStreamName"},
    "aws_kinesis_stream": {"name": "kinesis.CreateStream.StreamName"},
    "aws_kms_alias": {"name": "kms.CreateAlias.AliasName"},
    "aws_kms_key": {"description": "kms.CreateKey.Description"},
    "aws_lambda_function": {
        "function_name": "lambda.CreateFunction.FunctionName",
        "description": "lambda.CreateFunction.Description",
        "handler": "lambda.CreateFunction.Handler",
    },
    "aws_lambda_layer_version": {
        "layer_name": "lambda.PublishLayerVersion.LayerName",
        "description": "lambda.PublishLayerVersion.Description",
    },
    "aws_lambda_permission": {"statement_id": "lambda.AddPermission.StatementId"},
    "aws_s3_bucket": {"bucket": "s3.CreateBucket.Bucket"},
    "aws_secretsmanager_secret": {
        "name_prefix": "secretsmanager.CreateSecret.Name",
        "description": "secretsmanager.CreateSecret.Description",
    },
    "aws_ssm_parameter": {"name": "ssm.PutParameter.Name", "description": "ssm.PutParameter.Description"},
    "aws_timestreamwrite_database": {"database_name": "timestream-write.CreateDatabase.DatabaseName"},
    "aws_timestreamwrite_table": {"table_name": "timestream-write.CreateTable.TableName"},
}
"""Attribute → service, operation and members of the API that gets it."""
OWN_RULES = {
    "aws_s3_bucket": r"(?!xn--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "aws_sns_topic": r"[A-Za-z0-9_-]{1,256}",
    "aws_sqs_queue": r"[A-Za-z0-9_-]{1,80}",
    "aws_timestreamwrite_database": r"[A-Za-z0-9_.-]{3,256}",
    "aws_timestreamwrite_table": r"[A-Za-z0-9_.-]{3,256}",
    "aws_api_gateway_stage": r"[A-Za-z0-9_-]{1,128}",
}
"""Names of services whose models have no pattern, as their documentation gives it."""
NAMES = ("name", "bucket", "database_name", "table_name", "stage_name")
SINGLETONS = re.compile(
    r"aws_(api_gateway_account|iot_(logging_options|indexing_configuration|event_configurations)|"
    r"s3_account_public_access_block|iam_account_\w+|glue_data_catalog_encryption_settings|"
    r"cloudwatch_log_resource_policy|sns_sms_preferences|xray_encryption_config|lambda_\w*_defaults)"
)
"""Settings that an account or region has once: a deployment that owned one would change those of all others."""
POLICY_LIMITS = {"aws_iot_policy": 2_048, "aws_iam_role_policy": 10_240, "aws_sqs_queue_policy": 65_536}
"""Characters without spaces (AWS IoT and IAM quotas)."""
ENVIRONMENT_BYTES = 4_096
ROOM_BYTES = 512
"""Kept free of Lambda's limit, so that a longer name does not break a deployment."""
LONGEST = {"account_id": 12, "partition": 10, "arn": 140, "url": 140}
NAME_CHARACTERS = 64
"""Characters that a reference stands for, by the attribute that it reads; any other reads a name."""


@cache
def shape_of(path: str) -> Any:
    service, operation, *members = path.split(".")
    session: Any = botocore.session.get_session()
    shape = session.get_service_model(service).operation_model(operation).input_shape
    for member in members:
        shape = shape.members[member]
    return shape


def fault(value: str, shape: Any) -> str | None:
    """What of the model's constraints a text breaks; a pattern that Python cannot read counts as none."""
    least, most, pattern = (shape.metadata.get(name) for name in ("min", "max", "pattern"))
    if not (least or 0) <= len(value) <= (most or len(value)):
        return f"{len(value)} characters, allowed {least} to {most}"
    if pattern and not re.search(r"\\[pu]", pattern) and not re.fullmatch(pattern, value, re.DOTALL):
        return f"not {pattern}"
    return None


def plain(value: Any) -> str | None:
    """The text as AWS gets it; None for one with references that are not the account."""
    text = str(value).replace(ACCOUNT, "1" * 12).replace("$${", "{")
    return None if "${" in text else text


def longest(text: str) -> str:
    """The text with references as long as what they stand for can be."""
    return re.sub(r"(?<!\$)\$\{[^}]*\.(\w+)\}", lambda found: "x" * LONGEST.get(found[1], NAME_CHARACTERS), text)


def test_names_and_texts_are_within_aws_own_models(stack: Synthesized) -> None:
    looked = 0
    for kind, attributes in MODELS.items():
        for id_, resource in stack.all(kind).items():
            for attribute, path in attributes.items():
                value = plain(resource.get(attribute) or "")
                if value:
                    looked += 1
                    assert fault(value, shape_of(path)) is None, (id_, attribute, value)
    assert looked > 100


def test_names_without_a_model_follow_the_documentation(stack: Synthesized) -> None:
    found = {
        id_: (kind, plain(resource[name]))
        for kind in OWN_RULES
        for id_, resource in stack.all(kind).items()
        for name in NAMES
        if name in resource
    }
    assert len(found) >= 5
    named = {id_: each for id_, each in found.items() if each[1] is not None}
    assert {id_: each for id_, each in named.items() if not re.fullmatch(OWN_RULES[each[0]], each[1] or "")} == {}


def test_every_tag_is_one_that_iam_takes(stack: Synthesized) -> None:
    given = [resource.get("tags") for _, _, resource in stack.every()]
    given += [block["tags"] for block in stack.document["provider"]["aws"][0]["default_tags"]]
    tags = {key: value for each in given for key, value in (each or {}).items()}
    assert tags
    assert [tag for tag in tags.items() if not (is_tag_key(tag[0]) and is_tag_value(plain(tag[1]) or ""))] == []


def test_no_deployment_owns_what_an_account_has_once(stack: Synthesized) -> None:
    assert [kind for kind, _, _ in stack.every() if SINGLETONS.fullmatch(kind)] == []
    names = {str(resource.get(name)) for _, _, resource in stack.every() for name in NAMES}
    assert not names & {"default", "primary"}


def test_every_policy_fits_its_limit_with_room(stack: Synthesized) -> None:
    for kind, limit in POLICY_LIMITS.items():
        for id_, policy in stack.all(kind).items():
            size = len(json.dumps(json.loads(longest(policy["policy"])), separators=(",", ":")))
            assert size <= limit * 0.95, (id_, size)


def test_every_functions_environment_fits_with_room(stack: Synthesized) -> None:
    functions = stack.all("aws_lambda_function")
    assert functions
    for id_, function in functions.items():
        size = len(longest(json.dumps(function["environment"]["variables"])))
        assert size <= ENVIRONMENT_BYTES - ROOM_BYTES, (id_, size)


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("a" * 65, "iam.CreateRole.RoleName"),
        ("a[b]", "iam.CreateRole.RoleName"),
        ("a b", "iam.PutRolePolicy.PolicyName"),
        ("a-b", "iot.CreateTopicRule.ruleName"),
    ],
)
def test_a_text_outside_of_the_model_is_noticed(value: str, path: str) -> None:
    assert fault(value, shape_of(path))
