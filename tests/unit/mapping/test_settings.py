"""Mapping settings from Terraform's state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from local.mapping import MappingSettings, MappingSettingsError
from tests.unit.mapping.factories import FUNCTION_ARN, STREAM_ARN, UUID, settings


def state(**changes: Any) -> dict[str, Any]:
    return {
        "uuid": UUID,
        "function_arn": FUNCTION_ARN,
        "function_name": FUNCTION_ARN,
        "event_source_arn": STREAM_ARN,
        "batch_size": 1000,
        "maximum_batching_window_in_seconds": 10,
        "parallelization_factor": 2,
        "function_response_types": ["ReportBatchItemFailures"],
        "bisect_batch_on_function_error": True,
        "maximum_retry_attempts": 3,
        "maximum_record_age_in_seconds": 3600,
        "destination_config": [{"on_failure": [{"destination_arn": "arn:aws:s3:::failures"}]}],
        "starting_position": "TRIM_HORIZON",
        "starting_position_timestamp": None,
        "tumbling_window_in_seconds": 0,
        "filter_criteria": [],
        "enabled": False,
    } | changes


def test_every_setting_is_read_from_the_state():
    assert MappingSettings.from_state(state()) == settings(
        batch_size=1000,
        window_seconds=10,
        parallelization_factor=2,
        report_batch_item_failures=True,
        bisect_on_function_error=True,
        maximum_retry_attempts=3,
        maximum_record_age_seconds=3600,
        on_failure_arn="arn:aws:s3:::failures",
    )


def test_what_the_state_leaves_open_has_lambdas_defaults():
    left_out = dict.fromkeys(
        (
            "batch_size",
            "maximum_batching_window_in_seconds",
            "parallelization_factor",
            "function_response_types",
            "bisect_batch_on_function_error",
            "maximum_retry_attempts",
            "maximum_record_age_in_seconds",
            "destination_config",
        )
    )

    assert MappingSettings.from_state(state(**left_out)) == settings()


def test_a_record_age_of_zero_is_no_limit():
    read = MappingSettings.from_state(state(maximum_record_age_in_seconds=0))

    assert read.maximum_record_age_seconds == -1


def test_a_starting_timestamp_is_read():
    read = MappingSettings.from_state(
        state(starting_position="AT_TIMESTAMP", starting_position_timestamp="2026-01-02T03:04:05Z")
    )

    assert read.starting_timestamp == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"tumbling_window_in_seconds": 30}, "tumbling_window_in_seconds"),
        ({"filter_criteria": [{"filter": []}]}, "filter_criteria"),
        ({"batch_size": 10_001}, "batch_size must be between 1 and 10000 (got 10001)"),
        ({"maximum_batching_window_in_seconds": 301}, "window_seconds must be"),
        ({"parallelization_factor": 11}, "parallelization_factor must be"),
        ({"maximum_retry_attempts": -2}, "maximum_retry_attempts must be"),
        ({"starting_position": "NOW"}, "starting_position='NOW'"),
        ({"starting_position": "AT_TIMESTAMP"}, "starting_position_timestamp"),
        ({"event_source_arn": "arn:aws:sqs:eu-central-1:1:q"}, "event_source_arn"),
        ({"event_source_arn": f"{STREAM_ARN}/consumer/c:1"}, "enhanced fan-out"),
        ({"destination_config": [{"on_failure": [{"destination_arn": "bucket"}]}]}, "on_failure='bucket'"),
        ({"function_arn": None}, "function_arn is missing"),
    ],
)
def test_an_unsupported_mapping_is_refused_in_one_line(changes, named):
    with pytest.raises(MappingSettingsError) as refused:
        MappingSettings.from_state(state(**changes))

    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("age", "kept"), [(-1, 86_400.0), (60, 60.0), (604_800, 86_400.0)])
def test_records_are_limited_by_age_and_by_retention(age, kept):
    assert settings(maximum_record_age_seconds=age).kept_seconds(retention_hours=24) == kept
