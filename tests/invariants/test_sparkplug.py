"""Sparkplug beside telemetry: an edge node is itself and nobody else, and the bridge may do what it has to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from lambda_src.common.readings.sparkplug.births import BirthKey
from lambda_src.common.readings.sparkplug.command import rebirth_topic
from lib.config import load_preset
from lib.config.ingest import SparkplugConfig
from tests.invariants.test_access import KEY_HALF, as_list, test_every_grant_on_encrypted_data_brings_the_keys_half
from tests.invariants.test_aws_limits import POLICY_LIMITS, longest
from tests.invariants.test_devices import THING, resources, statements
from tests.support.synth import Synthesized, path_of

if TYPE_CHECKING:
    from collections.abc import Callable

EDGE_NODE = BirthKey("plant", "edge-1")


@pytest.fixture(scope="module")
def sparkplug(tmp_path_factory: pytest.TempPathFactory) -> Synthesized:
    from lib.app import synthesize

    config = load_preset("plant-monitoring")
    devices = msgspec.structs.replace(config.devices, sparkplug=SparkplugConfig(group="plant"))
    folder = tmp_path_factory.mktemp("sparkplug")
    return Synthesized.of(
        synthesize(msgspec.structs.replace(config, devices=devices), environment_suffix="test", outdir=folder)
    )


def of_bridge(stack: Synthesized) -> list[dict[str, Any]]:
    return [
        statement
        for policy in stack.all("aws_iam_role_policy").values()
        if path_of(policy)[:3] == ["connectivity", "bridge", "bridge"]
        for statement in json.loads(policy["policy"])["Statement"]
    ]


def topics(stack: Synthesized, action: str) -> set[str]:
    (statement,) = (each for each in statements(stack, "device") if each["Action"] == action)
    return {each.partition("/")[2].replace(THING, "ME") for each in resources(statement)}


def test_an_edge_node_has_topics_of_its_own_name_alone(sparkplug: Synthesized) -> None:
    published = {each for each in topics(sparkplug, "iot:Publish") if each.startswith("spBv")}

    assert published == {"spBv1.0/plant/N*/ME", "spBv1.0/plant/D*/ME/*"}
    for action in ("iot:Subscribe", "iot:Receive"):
        assert {each for each in topics(sparkplug, action) if each.startswith("spBv")} == {"spBv1.0/plant/NCMD/ME"}


def test_the_device_policy_with_the_longest_group_fits(sparkplug: Synthesized) -> None:
    for policy in sparkplug.all("aws_iot_policy").values():
        text = longest(policy["policy"]).replace(" ", "").replace("/plant/", f"/{'x' * 32}/")
        assert len(text) <= POLICY_LIMITS["aws_iot_policy"]


def test_the_rule_sends_every_message_to_the_bridge(sparkplug: Synthesized) -> None:
    (rule,) = (each for each in sparkplug.all("aws_iot_topic_rule").values() if "spBv1.0" in each["sql"])

    # "#" stands for at least one level (AWS IoT Core Developer Guide, "Topic filters"): that of the edge node.
    assert rule["sql"].endswith("FROM 'spBv1.0/plant/+/#'")
    assert "topic(4) AS device" in rule["sql"]
    assert "encode(*, 'base64') AS payload" in rule["sql"]
    (telemetry,) = (each for each in sparkplug.all("aws_iot_topic_rule").values() if each != rule)
    assert rule["sqs"][0]["queue_url"] == telemetry["sqs"][0]["queue_url"]
    assert rule["error_action"]["s3"]["key"].startswith("iot-errors/")


def test_births_are_encrypted_and_expire(sparkplug: Synthesized) -> None:
    (births,) = (each for each in sparkplug.all("aws_dynamodb_table").values() if each["name"] == "iot-births-test")

    assert (births["hash_key"], births["range_key"]) == ("edge", "part")
    assert births["ttl"] == {"attribute_name": "expires_at", "enabled": True}
    assert births["server_side_encryption"]["enabled"] is True
    assert births["point_in_time_recovery"] == {"enabled": True}


def test_the_bridge_publishes_to_edge_nodes_of_the_group_alone(sparkplug: Synthesized) -> None:
    (publish,) = (each for each in of_bridge(sparkplug) if "iot:Publish" in as_list(each["Action"]))
    (resource,) = as_list(publish["Resource"])

    assert resource.rpartition(":")[2] == "topic/spBv1.0/plant/NCMD/*"
    assert rebirth_topic(EDGE_NODE) == "spBv1.0/plant/NCMD/edge-1"


def test_the_bridge_has_the_rights_that_births_need(sparkplug: Synthesized) -> None:
    granted = {action for each in of_bridge(sparkplug) for action in as_list(each["Action"])}
    tables = {action for action in granted if action.startswith("dynamodb:")}

    assert tables == {f"dynamodb:{name}" for name in ("BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem")}
    assert "sqs:ChangeMessageVisibility" in granted
    assert tables <= KEY_HALF.keys()
    test_every_grant_on_encrypted_data_brings_the_keys_half(sparkplug)


def test_the_bridge_knows_its_queue_tables_and_endpoint(sparkplug: Synthesized) -> None:
    (function,) = (
        each for each in sparkplug.all("aws_lambda_function").values() if each["function_name"] == "iot-bridge-test"
    )
    variables = function["environment"]["variables"]

    assert {"BIRTHS_TABLE", "DEVICES_TABLE", "QUEUE_URL", "IOT_ENDPOINT"} <= variables.keys()


def test_alarms_of_both_rules_have_names_of_their_own(sparkplug: Synthesized) -> None:
    names = [each["alarm_name"] for each in sparkplug.all("aws_cloudwatch_metric_alarm").values()]

    assert len(set(names)) == len(names)
    assert {f"iot-{rule}-rule-failed-test" for rule in ("telemetry", "sparkplug")} <= set(names)


def test_without_sparkplug_nothing_of_it_is_there(synthesized: Callable[[str], Synthesized]) -> None:
    stack = synthesized("plant-monitoring")

    assert len(stack.all("aws_iot_topic_rule")) == 1
    assert "spBv1.0" not in json.dumps(stack.document)
    assert "iot:Publish" not in {action for each in of_bridge(stack) for action in as_list(each["Action"])}
