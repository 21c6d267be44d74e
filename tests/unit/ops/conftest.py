"""A deployment's device parts on moto, its outputs file, and the command line."""

from __future__ import annotations

import json
import socket

import boto3
import pytest
from moto import mock_aws
from moto.iot.models import IoTBackend

from ops.__main__ import main
from tests.unit.ops.deployment import OUTPUTS, REGION, Deployment


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    # moto does not know IoT's data plane by an account's own endpoint.
    monkeypatch.setenv("AWS_ENDPOINT_URL_IOT_DATA_PLANE", f"https://data.iot.{REGION}.amazonaws.com")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")

    def refuse(*_args, **_kwargs):
        raise AssertionError("a unit test tried to open a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "cfn-outputs"
    folder.mkdir()
    (folder / "flat-outputs.json").write_text(json.dumps(OUTPUTS))


@pytest.fixture
def deployed(monkeypatch):
    create = IoTBackend.create_certificate_from_csr

    def as_asked(backend, csr, set_as_active):
        # moto takes the text "false" for true.
        return create(backend, csr, set_as_active == "true")

    monkeypatch.setattr(IoTBackend, "create_certificate_from_csr", as_asked)
    with mock_aws():
        iot = boto3.client("iot", region_name=REGION)
        dynamodb = boto3.client("dynamodb", region_name=REGION)
        iot.create_thing_type(thingTypeName=OUTPUTS["thing_type"])
        iot.create_thing_group(thingGroupName=OUTPUTS["thing_group"])
        for policy in ("device_policy", "claim_policy"):
            iot.create_policy(policyName=OUTPUTS[policy], policyDocument="{}")
        for output, key in (("devices_table", "device_id"), ("allowed_devices_table", "serial_number")):
            dynamodb.create_table(
                TableName=OUTPUTS[output],
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        yield Deployment(iot, dynamodb)


@pytest.fixture
def ops(capsys):
    """Runs a command; gives its status, standard output and standard error."""

    def run(*arguments):
        status = main(["devices", *map(str, arguments)])
        text = capsys.readouterr()
        return status, text.out, text.err

    return run
