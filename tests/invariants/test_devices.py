"""A device is itself and nobody else, whatever it holds in its hands."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.synth import references

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.synth import Synthesized

THING = "$${iot:Connection.Thing.ThingName}"


@pytest.fixture(params=["plant-monitoring", "factory-floor", "sensor-analytics", "complete"])
def devices(request: pytest.FixtureRequest, synthesized: Callable[[str], Synthesized]) -> Synthesized:
    """Each preset with devices."""
    return synthesized(request.param)


def statements(stack: Synthesized, name: str) -> list[dict[str, Any]]:
    (policy,) = (p for p in stack.all("aws_iot_policy").values() if p["name"] == f"iot-{name}-test")
    found: list[dict[str, Any]] = json.loads(policy["policy"])["Statement"]
    return found


def resources(statement: dict[str, Any]) -> list[str]:
    value = statement["Resource"]
    return [value] if isinstance(value, str) else value


def test_every_device_right_names_the_thing_of_the_connection(devices: Synthesized) -> None:
    for statement in statements(devices, "device"):
        for resource in resources(statement):
            assert THING in resource, resource


def test_no_device_permission_has_wildcards_outside_its_own_prefix(devices: Synthesized) -> None:
    for statement in statements(devices, "device"):
        for resource in resources(statement):
            before, thing, behind = resource.partition(THING)
            assert not any(sign in before for sign in "*+#"), resource
            assert not any(sign in (behind.removesuffix("/*") if thing else behind) for sign in "*+#"), resource


def test_commands_are_outputs_and_their_topics_granted(devices: Synthesized) -> None:
    command = devices.document["output"]["iot_command_topic"]["value"].replace("{device}", THING)
    (subscribe,) = (s for s in statements(devices, "device") if s["Action"] == "iot:Subscribe")
    (publish,) = (s for s in statements(devices, "device") if s["Action"] == "iot:Publish")
    assert any(resource.endswith(f":topicfilter/{command}") for resource in resources(subscribe))
    answers = devices.document["output"]["iot_publish_topics"]["value"].replace("{device}", THING).split(",")
    for answer in answers:
        assert any(resource.endswith(f":topic/{answer}") for resource in resources(publish)), answer


def test_a_device_connects_only_with_its_things_certificate(devices: Synthesized) -> None:
    (connect,) = (s for s in statements(devices, "device") if s["Action"] == "iot:Connect")
    assert connect["Condition"] == {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}


def test_a_device_publishes_where_the_rule_listens(devices: Synthesized) -> None:
    filter_ = devices.document["output"]["iot_topic_filter"]["value"]
    own = filter_.replace("+", THING).replace("#", THING)
    (publish,) = (s for s in statements(devices, "device") if s["Action"] == "iot:Publish")
    assert any(resource.endswith(f":topic/{own}") for resource in resources(publish))


def test_policy_variables_are_left_to_iot_core(devices: Synthesized) -> None:
    text = json.dumps([policy["policy"] for policy in devices.all("aws_iot_policy").values()])
    assert "${iot:" in text
    assert text.count("${iot:") == text.count("$${iot:"), "with one dollar Terraform takes it for its own and fails"


def test_a_claim_certificate_reaches_provisioning_topics_alone(devices: Synthesized) -> None:
    for statement in statements(devices, "claim"):
        for resource in resources(statement):
            if statement["Action"] == "iot:Connect":
                assert resource.endswith(":client/provisioning-*")
            else:
                assert ":topic/$aws/certificates/create" in resource.replace("topicfilter", "topic") or (
                    ":topic/$aws/provisioning-templates/iot-fleet-test/" in resource.replace("topicfilter", "topic")
                )


def test_provisioning_asks_the_hook_and_names_things_by_serial_number(devices: Synthesized) -> None:
    template = devices.one("aws_iot_provisioning_template")
    assert references(template["pre_provisioning_hook"]) <= set(devices.all("aws_lambda_function"))
    body = json.loads(template["template_body"])
    assert body["Resources"]["thing"]["Properties"]["ThingName"] == {"Ref": "SerialNumber"}
    assert any(dependency.startswith("aws_lambda_permission.") for dependency in template["depends_on"])


def test_the_rule_adds_its_facts_under_separate_names(devices: Synthesized) -> None:
    sql = devices.one("aws_iot_topic_rule")["sql"]
    level = {"sensor/data/#": 3, "sensor/+/data": 2, "device/+/telemetry": 2}[sql.rpartition("'")[0].rpartition("'")[2]]
    assert sql.startswith(f"SELECT replace('1', '1', '1') AS envelope, topic({level}) AS device, timestamp() AS")
    assert "encode(*, 'base64') AS payload" in sql
    aliases = [part.rpartition(" AS ")[2].split(" ")[0] for part in sql.split(", ") if " AS " in part]
    assert len(set(aliases)) == len(aliases)


def test_the_rule_selects_functions_only(devices: Synthesized) -> None:
    """AWS documents nothing else beside a binary payload."""
    columns = devices.one("aws_iot_topic_rule")["sql"].removeprefix("SELECT ").partition(" FROM ")[0]
    expressions = re.findall(r"(.+?) AS \w+(?:, |$)", columns)
    assert len(expressions) == 6
    assert [each for each in expressions if not re.fullmatch(r"[a-z]+\(.*\)", each)] == []


def test_the_rule_keeps_what_it_cannot_deliver(devices: Synthesized) -> None:
    (error,) = [devices.one("aws_iot_topic_rule")["error_action"]["s3"]]
    assert references(error["bucket_name"]) <= set(devices.all("aws_s3_bucket"))
    assert error["key"].startswith("iot-errors/")


def test_a_rule_into_the_stream_keeps_each_devices_order(devices: Synthesized) -> None:
    rule = devices.one("aws_iot_topic_rule")
    for action in rule.get("kinesis", []):
        assert action["partition_key"] == "$${topic(2)}"
    assert bool(rule.get("kinesis")) != bool(rule.get("sqs"))


def test_the_endpoint_is_looked_up(devices: Synthesized) -> None:
    (endpoint,) = devices.document["data"]["aws_iot_endpoint"].values()
    assert endpoint["endpoint_type"] == "iot:Data-ATS"
    assert references(devices.document["output"]["iot_endpoint"])


def test_the_index_by_sensor_type_is_spread(devices: Synthesized) -> None:
    (readings,) = (t for t in devices.all("aws_dynamodb_table").values() if t["name"] == "iot-readings-test")
    (index,) = readings["global_secondary_index"]
    assert (index["hash_key"], index["range_key"]) == ("sensor_bucket", "start_ms")
    assert readings["ttl"] == {"attribute_name": "expires_at", "enabled": True}


def test_the_registrar_may_do_what_a_registration_does(devices: Synthesized) -> None:
    """AWSIoTThingsRegistration without what the template never asks for."""
    (policy,) = (p for id_, p in devices.all("aws_iam_role_policy").items() if "register-things" in id_)
    allowed = {
        action.removeprefix("iot:")
        for statement in json.loads(policy["policy"])["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert allowed == {
        *("AddThingToThingGroup", "UpdateThingGroupsForThing", "CreateThing", "DescribeThing", "UpdateThing"),
        *("ListThingGroupsForThing", "DescribeThingGroup", "DescribeThingType", "AttachPolicy"),
        *("AttachPrincipalPolicy", "DescribeCertificate", "UpdateCertificate", "GetPolicy", "ListTargetsForPolicy"),
        *("AttachThingPrincipal", "ListAttachedPolicies", "ListPrincipalPolicies", "ListPrincipalThings"),
        *("ListThingPrincipals", "RegisterThing"),
    }
