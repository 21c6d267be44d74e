"""What is overridden in the plan, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path

from local.devices import MqttAddress
from local.endpoints import Clients, Credentials
from local.terraform.override import build_override

CLIENTS = Clients(
    endpoint_url="https://127.0.0.1:1",
    timestream_url="http://127.0.0.1:2",
    region="eu-central-1",
    account="123456789012",
    credentials=Credentials("key", "secret"),
    mqtt=MqttAddress("127.0.0.1", 3, Path("/nowhere/iot-ca.pem")),
)


def test_the_override_names_every_service_and_disables_stream_mappings(tmp_path: Path) -> None:
    layer = tmp_path / "layer.zip"
    layer.write_bytes(b"layer")
    plan = {
        "resource": {
            "aws_lambda_event_source_mapping": {
                "stream": {"starting_position": "TRIM_HORIZON"},
                "queue": {"batch_size": 10},
            },
            "aws_lambda_layer_version": {"dependencies": {"filename": "assets/layer.zip"}},
            "aws_s3_bucket": {"raw": {}},
        }
    }
    override = build_override(plan, CLIENTS, layer)
    provider = override["provider"]["aws"]
    assert provider["endpoints"][0]["kinesis"] == CLIENTS.endpoint_url
    assert provider["endpoints"][0]["timestreamwrite"] == CLIENTS.timestream_url
    digest = base64.b64encode(hashlib.sha256(b"layer").digest()).decode()
    assert override["resource"] == {
        "aws_lambda_event_source_mapping": {
            "stream": {"enabled": False},
            "queue": {"scaling_config": [{"maximum_concurrency": 2}]},
        },
        "aws_lambda_layer_version": {"dependencies": {"filename": str(layer), "source_code_hash": digest}},
    }


def test_nothing_is_posted_to_a_real_subscriber() -> None:
    subscriptions = {
        "pager": {"protocol": "https", "endpoint": "https://pager.example.com/hook"},
        "shift": {"protocol": "email", "endpoint": "shift@example.com"},
    }
    override = build_override({"resource": {"aws_sns_topic_subscription": subscriptions}}, CLIENTS, None)
    assert override["resource"] == {"aws_sns_topic_subscription": {"pager": {"endpoint": "https://pager.invalid"}}}


RULE_PLAN = {
    "resource": {
        "aws_iot_topic_rule": {
            "to-stream": {
                "name": "telemetry",
                "kinesis": [{"role_arn": "${aws_iam_role.rule.arn}", "partition_key": "$${topic(2)}"}],
            },
            "to-queue": {"name": "bridged", "sqs": [{"queue_url": "its own"}]},
        },
        "aws_iam_role": {"rule": {"assume_role_policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}'}},
    }
}


def test_a_rule_that_feeds_the_stream_alone_gets_a_queue() -> None:
    override = build_override(RULE_PLAN, CLIENTS, None)["resource"]
    assert override["aws_iot_topic_rule"] == {
        "to-stream": {
            "sqs": [
                {
                    "queue_url": "https://127.0.0.1:1/123456789012/telemetry_records",
                    "role_arn": "${aws_iam_role.rule.arn}",
                    "use_base64": False,
                }
            ]
        }
    }


def test_the_rules_role_keeps_its_trust_and_also_trusts_root() -> None:
    trust = json.loads(
        build_override(RULE_PLAN, CLIENTS, None)["resource"]["aws_iam_role"]["rule"]["assume_role_policy"]
    )
    assert trust["Statement"] == [
        {"Effect": "Allow"},
        {"Action": "sts:AssumeRole", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}},
    ]
