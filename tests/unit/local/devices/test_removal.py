"""Before a deployment is destroyed its devices go: things, certificates, and the policies' hold on them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from moto import mock_aws

from local.devices.removal import remove_devices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.endpoints import Clients

OUTPUTS = {"thing_type": "sensor", "device_policy": "device", "claim_policy": "claim"}


class OneRegion:
    def client(self, service: str) -> Any:
        make: Any = boto3.client
        return make(service, region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")


@pytest.fixture
def iot() -> Iterator[Any]:
    with mock_aws():
        client = OneRegion().client("iot")
        client.create_thing_type(thingTypeName="sensor")
        for policy in ("device", "claim", "another"):
            client.create_policy(policyName=policy, policyDocument=json.dumps({"Statement": []}))
        yield client


def certificate(iot: Any, policy: str) -> str:
    arn: str = iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    iot.attach_policy(policyName=policy, target=arn)
    return arn


def test_only_the_deployments_things_and_certificates_are_removed(iot: Any) -> None:
    # Given two devices, one with two certificates as while it is rotated, a claim, and what is somebody else's
    for name, copies in (("press-1", 1), ("press-2", 2)):
        iot.create_thing(thingName=name, thingTypeName="sensor")
        for _ in range(copies):
            iot.attach_thing_principal(thingName=name, principal=certificate(iot, "device"))
    certificate(iot, "claim")
    iot.create_thing(thingName="strange")
    strange = certificate(iot, "another")
    # When
    remove_devices(cast("Clients", OneRegion()), OUTPUTS)
    # Then
    assert [thing["thingName"] for thing in iot.list_things()["things"]] == ["strange"]
    assert [each["certificateArn"] for each in iot.list_certificates()["certificates"]] == [strange]
    for policy in ("device", "claim"):
        assert iot.list_targets_for_policy(policyName=policy)["targets"] == []


def test_a_deployment_without_devices_has_nothing_to_remove(iot: Any) -> None:
    remove_devices(cast("Clients", OneRegion()), OUTPUTS)
    assert iot.list_certificates()["certificates"] == []
