"""Settings that no preset has: subscribers of every kind, and hourly aggregates. What the stack makes of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.invariants.test_access import direct_users_of_the_key
from tests.invariants.test_storage import key_arn
from tests.support.synth import Synthesized, path_of, references

if TYPE_CHECKING:
    from pathlib import Path

HOOK = "https://example.com/hook"
SETTINGS = {
    "preset": "manufacturing",
    "alerts": {
        "emails": ["short@example.com"],
        "subscribers": [
            {"endpoint": HOOK, "severities": ["critical"], "states": ["opened", "escalated", "ended"]},
            {"endpoint": "all@example.com"},
            {"endpoint": "some@example.com", "severities": ["warning", "critical"]},
        ],
    },
    "alarms": {"subscribers": [{"endpoint": "operator@example.com"}]},
    "timestream": {"enabled": True, "hourly_aggregates": True},
}


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize(tmp_path_factory.mktemp("delivery"), SETTINGS)


def synthesize(folder: Path, settings: dict[str, Any]) -> Synthesized:
    # jsii starts a Node.js process at its import: only tests that synthesize pay for it.
    from lib.app import build
    from lib.config import load

    build(config=load.checked(settings, "a test"), environment_suffix="test", outdir=folder).synth()
    text = (folder / "stacks" / "TapStacktest" / "cdk.tf.json").read_text(encoding="utf-8")
    return Synthesized(json.loads(text))


def subscriptions(stack: Synthesized, topic: str) -> dict[str, dict[str, Any]]:
    """By endpoint; ``topic`` is the last construct above the subscription."""
    found = stack.all("aws_sns_topic_subscription").values()
    return {each["endpoint"]: each for each in found if path_of(each)[-2] == topic}


def test_each_subscriber_of_alerts_gets_its_severities_and_states(delivery: Synthesized) -> None:
    found = subscriptions(delivery, "alerts")
    assert {endpoint: json.loads(each.get("filter_policy", "null")) for endpoint, each in found.items()} == {
        "short@example.com": {"state": ["opened", "escalated"]},
        HOOK: {"severity": ["critical"], "state": ["opened", "escalated", "ended"]},
        "all@example.com": {"state": ["opened", "escalated"]},
        "some@example.com": {"severity": ["warning", "critical"], "state": ["opened", "escalated"]},
    }
    assert {each["protocol"] for endpoint, each in found.items() if endpoint != HOOK} == {"email"}
    assert found[HOOK]["protocol"] == "https"


def test_messages_an_https_endpoint_rejects_wait_in_the_topics_queue(delivery: Synthesized) -> None:
    hook = subscriptions(delivery, "alerts")[HOOK]
    ((id_, queue),) = delivery.all("aws_sqs_queue").items()
    assert references(hook["redrive_policy"]) == {id_}
    assert (queue["name"], queue["message_retention_seconds"]) == ("iot-alerts-undelivered-test", 14 * 86_400)
    assert queue["kms_master_key_id"] == key_arn(delivery)
    (policy,) = delivery.all("aws_sqs_queue_policy").values()
    assert references(policy["queue_url"]) == {id_}
    tls, topic = json.loads(policy["policy"])["Statement"]
    assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    assert (topic["Principal"], topic["Action"]) == ({"Service": "sns.amazonaws.com"}, "sqs:SendMessage")
    assert references(topic["Condition"]["ArnEquals"]) == references(hook["topic_arn"])


def test_the_key_lets_sns_write_only_with_a_queue(delivery: Synthesized, manufacturing: Synthesized) -> None:
    def of_sns(stack: Synthesized) -> list[dict[str, Any]]:
        policy = json.loads(stack.one("aws_kms_key")["policy"])
        return [each for each in policy["Statement"] if each["Principal"] == {"Service": "sns.amazonaws.com"}]

    (statement,) = of_sns(delivery)
    assert statement["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert statement["Condition"]["ArnLike"]["aws:SourceArn"].endswith(":iot-*-test")
    assert of_sns(manufacturing) == []


def test_taking_out_a_subscriber_moves_no_other_one(delivery: Synthesized, tmp_path: Path) -> None:
    fewer = SETTINGS | {"alerts": {"subscribers": [{"endpoint": "all@example.com"}]}}
    before = delivery.all("aws_sns_topic_subscription")
    (left,) = [
        id_
        for id_, each in synthesize(tmp_path, fewer).all("aws_sns_topic_subscription").items()
        if each["endpoint"] == "all@example.com"
    ]
    assert before[left]["endpoint"] == "all@example.com"


def test_alarm_subscribers_get_the_failures_of_the_aggregates(delivery: Synthesized) -> None:
    (operator,) = subscriptions(delivery, "aggregates").values()
    assert operator["endpoint"] == "operator@example.com"
    assert json.loads(operator["filter_policy"]) == {
        "notificationType": ["AUTO_TRIGGER_FAILURE", "MANUAL_TRIGGER_FAILURE"]
    }
    (alarms,) = subscriptions(delivery, "alarms").values()
    assert "filter_policy" not in alarms


def test_the_aggregates_read_one_table_and_write_another(delivery: Synthesized) -> None:
    tables = {table["table_name"]: id_ for id_, table in delivery.all("aws_timestreamwrite_table").items()}
    query = delivery.one("aws_timestreamquery_scheduled_query")
    (target,) = query["target_configuration"][0]["timestream_configuration"]
    assert references(target["table_name"]) == {tables["iot-hourly-test"]}
    database = next(iter(delivery.all("aws_timestreamwrite_database")))
    assert references(query["query_string"]) == {database, tables["iot-readings-test"]}
    assert references(target["database_name"]) == {database}
    assert query["kms_key_id"] == key_arn(delivery)


def test_timestream_alone_uses_the_key_without_a_service_in_between(delivery: Synthesized) -> None:
    assert direct_users_of_the_key(delivery) == {"timestream.amazonaws.com"}


def test_the_aggregates_role_may_do_exactly_what_a_run_does(delivery: Synthesized) -> None:
    granted: dict[str, set[str]] = {}
    for where, statement in delivery.statements():
        if "timeseries_hourly_role" in where and where.startswith("aws_iam_role_policy."):
            for action in [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]:
                granted.setdefault(action, set()).update(references(statement["Resource"]) or {statement["Resource"]})
    tables = {table["table_name"]: id_ for id_, table in delivery.all("aws_timestreamwrite_table").items()}
    key, bucket = set(delivery.all("aws_kms_key")), references(_reports(delivery)["bucket_name"])
    topic = references(subscriptions(delivery, "aggregates")["operator@example.com"]["topic_arn"])
    assert granted == {
        "timestream:Select": {tables["iot-readings-test"]},
        "timestream:WriteRecords": {tables["iot-hourly-test"]},
        "timestream:DescribeEndpoints": {"*"},
        "s3:GetBucketAcl": bucket,
        "s3:PutObject": bucket,
        "sns:Publish": topic,
        "kms:Decrypt": key,
        "kms:GenerateDataKey": key,
    }


def test_reports_of_the_aggregates_are_encrypted_in_quarantine(delivery: Synthesized) -> None:
    reports = _reports(delivery)
    (bucket,) = references(reports["bucket_name"])
    assert path_of(delivery.all("aws_s3_bucket")[bucket])[0] == "quarantine"
    assert (reports["object_key_prefix"], reports["encryption_option"]) == ("timestream-aggregates", "SSE_KMS")


def _reports(stack: Synthesized) -> dict[str, Any]:
    (configuration,) = stack.one("aws_timestreamquery_scheduled_query")["error_report_configuration"]
    (reports,) = configuration["s3_configuration"]
    return dict(reports)
