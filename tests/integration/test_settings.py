"""What stands is what was planned: encrypted, backed up, watched, and at work."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.stores import STORES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.entrypoints import Delivery
    from tests.integration.live import Live

RUNTIME = "python3.13"
DEAD_LETTER_SECONDS = "1209600"
"""14 days, the longest that SQS keeps a message."""


def test_a_bucket_is_encrypted_with_our_key_and_closed(live: Live, bucket: str) -> None:
    s3, name = live.client("s3"), live.outputs[bucket]
    (rule,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    assert (default["SSEAlgorithm"], default["KMSMasterKeyID"]) == ("aws:kms", live.outputs["kms_key_arn"])
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())


def test_a_table_is_encrypted_with_our_key_and_backed_up(live: Live, table: str) -> None:
    if table.startswith("timestream_"):
        found = live.client("timestream-write").describe_database(DatabaseName=live.outputs["timestream_database"])
        assert found["Database"]["KmsKeyId"] == live.outputs["kms_key_arn"]
        return
    dynamodb, name = live.client("dynamodb"), live.outputs[table]
    encryption = dynamodb.describe_table(TableName=name)["Table"]["SSEDescription"]
    assert (encryption["Status"], encryption["KMSMasterKeyArn"]) == ("ENABLED", live.outputs["kms_key_arn"])
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


@pytest.mark.needs("stream_name")
def test_the_stream_is_encrypted_with_our_key(live: Live) -> None:
    summary = live.client("kinesis").describe_stream_summary(StreamName=live.outputs["stream_name"])
    stream = summary["StreamDescriptionSummary"]
    assert (stream["EncryptionType"], stream["KeyId"]) == ("KMS", live.outputs["kms_key_arn"])


@pytest.mark.needs("queue_url")
def test_the_queue_is_encrypted_and_has_a_dead_letter_queue(live: Live) -> None:
    queue = _queue(live, "queue_url")
    assert queue["KmsMasterKeyId"] == live.outputs["kms_key_arn"]
    redrive = json.loads(queue["RedrivePolicy"])
    assert redrive["deadLetterTargetArn"] == _queue(live, "queue_dlq_url")["QueueArn"]


def test_dead_letters_are_encrypted_and_kept_for_14_days(live: Live, dead_letters: str) -> None:
    queue = _queue(live, dead_letters)
    kept = (queue["KmsMasterKeyId"], queue["MessageRetentionPeriod"])
    assert kept == (live.outputs["kms_key_arn"], DEAD_LETTER_SECONDS)


@pytest.mark.needs("config_parameter")
def test_the_settings_that_change_without_a_deployment_are_plain_text(live: Live) -> None:
    assert live.parameter("config_parameter")["Type"] == "String"


def test_a_function_runs_on_the_planned_runtime_and_is_ready(live: Live, function: str) -> None:
    found = live.client("lambda").get_function_configuration(FunctionName=live.outputs[function])
    assert (found["Runtime"], found["State"]) == (RUNTIME, "Active")


def test_alarms_stand_and_tell_somebody(live: Live) -> None:
    pages = live.client("cloudwatch").get_paginator("describe_alarms").paginate()
    ours = [
        alarm
        for page in pages
        for alarm in page["MetricAlarms"]
        if live.outputs["alarms_topic_arn"] in alarm["AlarmActions"]
    ]
    assert len(ours) >= 5
    assert all(alarm["ActionsEnabled"] for alarm in ours)


@pytest.mark.needs("stream_name")
def test_the_stream_is_consumed(live: Live, deliveries: Mapping[str, Delivery]) -> None:
    """By the mapping. A local stack drives it from outside, where it stands disabled: then what was put is gone from
    the stream into the stores all the same."""
    mapping = live.client("lambda").get_event_source_mapping(UUID=live.outputs["processor_mapping_id"])
    assert mapping["EventSourceArn"] == live.outputs["stream_arn"]
    if mapping["State"] != "Enabled":
        assert live.found(lambda: STORES["quarantine_bucket"].holds(live, deliveries["stream"])), mapping["State"]


@pytest.mark.needs("queue_url")
def test_the_queue_is_consumed(live: Live) -> None:
    mapping = live.client("lambda").get_event_source_mapping(UUID=live.outputs["processor_mapping_id"])
    assert (mapping["EventSourceArn"], mapping["State"]) == (_queue(live, "queue_url")["QueueArn"], "Enabled")


def _queue(live: Live, output: str) -> Mapping[str, str]:
    answer = live.client("sqs").get_queue_attributes(QueueUrl=live.outputs[output], AttributeNames=["All"])
    attributes: Mapping[str, str] = answer["Attributes"]
    return attributes
