"""Options that bring back what a system was described with: audit logs, a first thing, its alarm's limit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from lib.app import build
from lib.config import ConfigError
from lib.config.load import load_preset
from tests.support.synth import Synthesized, references
from tests.unit.lib.test_config import decode

if TYPE_CHECKING:
    from pathlib import Path

    from lib.config import Config


def synthesize(config: Config, folder: Path) -> Synthesized:
    build(config=config, environment_suffix="test", outdir=folder, state_bucket="state").synth()
    path = folder / "stacks" / "TapStacktest" / "cdk.tf.json"
    return Synthesized(json.loads(path.read_text(encoding="utf-8")))


def settings(**tables: Any) -> Config:
    config: Config = decode(transport="kinesis", **tables)
    return config


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    return synthesize(settings(audit={"enabled": True, "retention_days": 90}), tmp_path_factory.mktemp("audit"))


def test_every_data_bucket_logs_its_requests(audited: Synthesized) -> None:
    logged = {each["bucket"] for each in audited.all("aws_s3_bucket_logging").values()}
    data = {f"${{aws_s3_bucket.{id_}.id}}" for id_ in audited.all("aws_s3_bucket") if "audit" not in id_}
    assert len(data) == 4
    assert logged == data


def test_the_trail_records_data_events_of_our_buckets_only(audited: Synthesized) -> None:
    trail = audited.one("aws_cloudtrail")
    fields = {each["field"]: each for each in trail["advanced_event_selector"][0]["field_selector"]}
    assert fields["eventCategory"]["equals"] == ["Data"]
    assert fields["resources.type"]["equals"] == ["AWS::S3::Object"]
    assert len(fields["resources.ARN"]["starts_with"]) == 4
    assert trail["enable_log_file_validation"] is True
    assert references(trail["kms_key_id"]) == set(audited.all("aws_kms_key"))


def test_only_our_trail_and_buckets_may_write_logs(audited: Synthesized) -> None:
    (policy,) = [
        json.loads(each["policy"])["Statement"]
        for id_, each in audited.all("aws_s3_bucket_policy").items()
        if "audit" in id_
    ]
    written = {each["Sid"]: each for each in policy if each["Effect"] == "Allow"}
    assert set(written) == {"AccessLogs", "TrailLooks", "TrailWrites"}
    assert len(written["AccessLogs"]["Condition"]["ArnLike"]["aws:SourceArn"]) == 4
    for sid in ("TrailLooks", "TrailWrites"):
        assert written[sid]["Condition"]["StringEquals"]["aws:SourceArn"].endswith(":trail/iot-audit-test")


def test_access_logs_go_to_a_bucket_that_s3_can_write(audited: Synthesized) -> None:
    (rule,) = [
        each["rule"][0]["apply_server_side_encryption_by_default"]
        for id_, each in audited.all("aws_s3_bucket_server_side_encryption_configuration").items()
        if "audit" in id_
    ]
    assert rule == {"sse_algorithm": "AES256"}


def test_an_alias_that_hides_an_output_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"output_aliases.stream_name='stream_arn': allowed is a name that no output"):
        synthesize(settings(output_aliases={"stream_name": "stream_arn"}), tmp_path)


def test_the_described_throughput_alarm_counts_two_minutes() -> None:
    assert load_preset("sensor-analytics").alarms.records_per_minute == 10_000


def test_a_first_thing_is_made_in_the_fleet(tmp_path: Path) -> None:
    first = {"name": "press-1", "attributes": {"location": "hall-3"}}
    devices = {"enabled": True, "first_thing": first}
    stack = synthesize(settings(devices=devices, tables={"enabled": True}), tmp_path)
    thing = stack.one("aws_iot_thing")
    assert (thing["name"], thing["attributes"]) == ("press-1", {"location": "hall-3"})
    assert references(thing["thing_type_name"]) == set(stack.all("aws_iot_thing_type"))
    assert stack.document["output"]["first_thing"]["value"].startswith("${aws_iot_thing.")


def test_a_first_thing_with_a_reserved_name_is_refused() -> None:
    devices = {"enabled": True, "first_thing": {"name": "data"}, "command_topic": "sensor/commands/{device}"}
    with pytest.raises(ConfigError, match=r"devices.first_thing.name='data': allowed is another name"):
        settings(devices=devices, tables={"enabled": True})


def test_status_words_reach_the_api_and_the_outputs(tmp_path: Path) -> None:
    words = {"NORMAL": "ACTIVE", "OFFLINE": "INACTIVE"}
    tables: dict[str, Any] = {"devices": {"enabled": True, "status_words": words}, "tables": {"enabled": True}}
    stack = synthesize(settings(**tables, api={"enabled": True}), tmp_path)
    (query,) = [each for id_, each in stack.all("aws_lambda_function").items() if "query" in id_]
    assert json.loads(query["environment"]["variables"]["DEVICE_STATUS_WORDS"]) == words
    assert json.loads(stack.document["output"]["device_status_words"]["value"]) == words


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ({"RUNNING": "ACTIVE"}, "one of NORMAL, ANOMALY, SILENT, OFFLINE"),
        ({"NORMAL": "up and running"}, "1 to 32 of A-Z"),
        ({"NORMAL": ""}, "1 to 32 of A-Z"),
    ],
)
def test_an_invalid_status_word_is_refused(words: dict[str, str], allowed: str) -> None:
    with pytest.raises(ConfigError, match=rf"devices.status_words.*{allowed}"):
        settings(devices={"status_words": words})
