"""What the manufacturing pipeline promises in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.synth import Synthesized


def test_stands_in_frankfurt(manufacturing: Synthesized) -> None:
    assert manufacturing.document["provider"]["aws"][0]["region"] == "eu-central-1"


def test_the_key_is_found_by_its_alias(manufacturing: Synthesized) -> None:
    assert manufacturing.one("aws_kms_alias")["name"] == "alias/iot-processing-test"
    assert manufacturing.one("aws_kms_key")["deletion_window_in_days"] == 7


def test_the_stream_takes_the_load_with_headroom(manufacturing: Synthesized) -> None:
    stream = manufacturing.one("aws_kinesis_stream")
    assert stream["shard_count"] == 15, "10,000 records/s and half as much again, at 1,000 a shard"
    assert stream["retention_period"] == 24
    assert stream["stream_mode_details"] == {"stream_mode": "PROVISIONED"}


def test_history_is_kept_one_day_in_memory_one_year_magnetic(manufacturing: Synthesized) -> None:
    table = manufacturing.one("aws_timestreamwrite_table")
    assert table["retention_properties"] == {
        "memory_store_retention_period_in_hours": 24,
        "magnetic_store_retention_period_in_days": 365,
    }
    late = table["magnetic_store_write_properties"]
    assert late["enable_magnetic_store_writes"] is True
    assert late["magnetic_store_rejected_data_location"]["s3_configuration"]["encryption_option"] == "SSE_KMS"


def test_raw_data_goes_to_glacier_and_processed_data_does_not(manufacturing: Synthesized) -> None:
    rules = {id_: rule["rule"][0] for id_, rule in manufacturing.all("aws_s3_bucket_lifecycle_configuration").items()}
    (raw,) = (rule for id_, rule in rules.items() if id_.startswith("raw_"))
    assert raw["transition"] == [{"days": 90, "storage_class": "GLACIER"}]
    assert raw["expiration"] == [{"days": 365}]
    (processed,) = (rule for id_, rule in rules.items() if id_.startswith("processed_"))
    assert not processed.get("transition")


def test_the_archive_holds_gzipped_lines_by_the_hour(manufacturing: Synthesized) -> None:
    target = manufacturing.one("aws_kinesis_firehose_delivery_stream")["extended_s3_configuration"]
    assert target["compression_format"] == "GZIP"
    assert target["prefix"].startswith("raw-data/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=")
    assert "!{firehose:error-output-type}" in target["error_output_prefix"]
    assert (target["buffering_size"], target["buffering_interval"]) == (5, 300)
    assert target["cloudwatch_logging_options"]["enabled"] is True
    (processor,) = target["processing_configuration"]["processors"]
    assert processor["type"] == "AppendDelimiterToRecord"
    assert processor["parameters"] == [{"parameter_name": "Delimiter", "parameter_value": "\\n"}]


def test_the_processor_has_its_size_and_batches(manufacturing: Synthesized) -> None:
    functions = manufacturing.all("aws_lambda_function").values()
    (processor,) = (f for f in functions if f["function_name"] == "iot-processor-test")
    assert (processor["memory_size"], processor["timeout"]) == (512, 60)
    assert processor["architectures"] == ["arm64"]
    mapping = manufacturing.one("aws_lambda_event_source_mapping")
    assert mapping["maximum_batching_window_in_seconds"] == 10
    assert mapping["parallelization_factor"] == 2
    assert mapping["maximum_retry_attempts"] == 3


def test_the_outputs_name_what_a_user_needs(manufacturing: Synthesized) -> None:
    assert {
        *("stream_name", "raw_bucket", "processed_bucket", "quarantine_bucket", "on_failure_bucket"),
        *("timestream_database", "timestream_table", "processor_function", "alerts_topic_arn", "producer_role_arn"),
    } <= set(manufacturing.document["output"])
