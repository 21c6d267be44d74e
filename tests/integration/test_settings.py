"""What stands is what was planned: encrypted, backed up, watched, and at work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.integration.stores import LOOKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.integration.doors import Delivery
    from tests.integration.live import Live

RUNTIME = "python3.13"


def test_a_bucket_is_encrypted_with_our_key_and_closed(live: Live, bucket: str) -> None:
    s3, name = live.client("s3"), live.outputs[bucket]
    (rule,) = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    default = rule["ApplyServerSideEncryptionByDefault"]
    assert (default["SSEAlgorithm"], default["KMSMasterKeyID"]) == ("aws:kms", live.outputs["kms_key_arn"])
    assert all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values())


def test_a_table_is_encrypted_with_our_key_and_backed_up(live: Live, table: str) -> None:
    if table == "timestream_table":
        found = live.client("timestream-write").describe_database(DatabaseName=live.outputs["timestream_database"])
        assert found["Database"]["KmsKeyId"] == live.outputs["kms_key_arn"]
        return
    dynamodb, name = live.client("dynamodb"), live.outputs[table]
    encryption = dynamodb.describe_table(TableName=name)["Table"]["SSEDescription"]
    assert (encryption["Status"], encryption["KMSMasterKeyArn"]) == ("ENABLED", live.outputs["kms_key_arn"])
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_the_stream_is_encrypted_with_our_key(live: Live) -> None:
    summary = live.client("kinesis").describe_stream_summary(StreamName=live.outputs["stream_name"])
    stream = summary["StreamDescriptionSummary"]
    assert (stream["EncryptionType"], stream["KeyId"]) == ("KMS", live.outputs["kms_key_arn"])


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


def test_the_stream_is_consumed(live: Live, deliveries: Mapping[str, Delivery]) -> None:
    """By the mapping. A local stack drives it from outside, where it stands disabled: then what was put is gone from
    the stream into the stores all the same."""
    mapping = live.client("lambda").get_event_source_mapping(UUID=live.outputs["processor_mapping_id"])
    assert mapping["EventSourceArn"] == live.outputs["stream_arn"]
    if mapping["State"] != "Enabled":
        assert live.found(lambda: LOOKS["quarantine_bucket"](live, deliveries["stream"])), mapping["State"]
