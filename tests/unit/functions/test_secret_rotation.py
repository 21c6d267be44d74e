"""The four steps of a rotation, by the contract that Secrets Manager documents."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.secret_rotation import handler
from lambda_src.secret_rotation.rotation import RotationRefusedError
from tests.unit.functions.factories import lambda_context
from tests.unit.functions.fakes import client_error

ARN = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:signing-AbCdEf"
TOKEN = "5c1b3c7e-0000-4000-8000-000000000001"
STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")


class FakeSecrets:
    """One secret: values and stages by version; a staged version may still have no value."""

    def __init__(self, *, stages=None, values=None, enabled=True):
        self.stages = {TOKEN: ["AWSPENDING"]} if stages is None else stages
        self.values = values or {}
        self.enabled = enabled
        self.moves = []
        self.puts = 0

    def describe_secret(self, **_request):
        return {"RotationEnabled": self.enabled, "VersionIdsToStages": {v: [*s] for v, s in self.stages.items()}}

    def get_secret_value(self, **request):
        version = request["VersionId"]
        if request["VersionStage"] not in self.stages.get(version, ()) or version not in self.values:
            raise client_error("ResourceNotFoundException")
        return {"SecretString": self.values[version], "VersionId": version}

    def put_secret_value(self, **request):
        assert request["VersionStages"] == ["AWSPENDING"]
        assert request["ClientRequestToken"] not in self.values
        self.puts += 1
        self.values[request["ClientRequestToken"]] = request["SecretString"]

    def update_secret_version_stage(self, **request):
        self.moves.append(request)
        if "RemoveFromVersionId" in request:
            self.stages[request["RemoveFromVersionId"]].remove(request["VersionStage"])
        self.stages[request["MoveToVersionId"]].append(request["VersionStage"])


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    monkeypatch.setenv("ENVIRONMENT_SUFFIX", "test")


def rotate(secrets, monkeypatch, *steps):
    monkeypatch.setattr(handler, "clients", SimpleNamespace(secretsmanager=lambda: secrets))
    for step in steps:
        handler.handle({"Step": step, "SecretId": ARN, "ClientRequestToken": TOKEN}, lambda_context())


def secret(key):
    return json.dumps({"algorithm": "HMAC-SHA256", "key": b64encode(key).decode()})


def test_a_secret_without_any_value_gets_its_first_one(monkeypatch):
    secrets = FakeSecrets()

    rotate(secrets, monkeypatch, *STEPS)

    value = json.loads(secrets.values[TOKEN])
    assert value["algorithm"] == "HMAC-SHA256"
    assert len(b64decode(value["key"])) == 32
    assert secrets.moves == [{"SecretId": ARN, "VersionStage": "AWSCURRENT", "MoveToVersionId": TOKEN}]


def test_the_current_stage_moves_from_the_version_that_had_it(monkeypatch):
    secrets = FakeSecrets(stages={"old": ["AWSCURRENT"], TOKEN: ["AWSPENDING"]}, values={"old": secret(b"o" * 32)})

    rotate(secrets, monkeypatch, *STEPS)

    assert secrets.moves[0]["RemoveFromVersionId"] == "old"
    assert secrets.stages["old"] == []
    assert secrets.values["old"] != secrets.values[TOKEN]


def test_every_step_twice_changes_nothing_more(monkeypatch):
    secrets = FakeSecrets()

    rotate(secrets, monkeypatch, *(step for step in STEPS for _ in range(2)))
    key = secrets.values[TOKEN]
    rotate(secrets, monkeypatch, *STEPS)

    assert (secrets.puts, len(secrets.moves)) == (1, 1)
    assert secrets.values[TOKEN] == key


def test_two_rotations_make_two_keys(monkeypatch):
    one, two = FakeSecrets(), FakeSecrets()

    rotate(one, monkeypatch, "createSecret")
    rotate(two, monkeypatch, "createSecret")

    assert one.values[TOKEN] != two.values[TOKEN]


@pytest.mark.parametrize("stages", [{}, {"other": ["AWSPENDING"]}, {TOKEN: []}, {TOKEN: ["AWSPREVIOUS"]}], ids=str)
def test_a_version_that_is_not_staged_is_refused(monkeypatch, stages):
    secrets = FakeSecrets(stages=stages)

    with pytest.raises(RotationRefusedError, match="not staged"):
        rotate(secrets, monkeypatch, "createSecret")
    assert secrets.puts == 0


def test_a_secret_without_rotation_and_an_unknown_step_are_refused(monkeypatch):
    with pytest.raises(RotationRefusedError, match="not enabled"):
        rotate(FakeSecrets(enabled=False), monkeypatch, "createSecret")
    with pytest.raises(RotationRefusedError, match="unknown rotation step 'dropSecret'"):
        rotate(FakeSecrets(), monkeypatch, "dropSecret")


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (secret(b"short"), RotationRefusedError),
        (json.dumps({"algorithm": "HMAC-SHA256", "key": "no base64!"}), ValueError),
        (json.dumps({"algorithm": "none", "key": "AAAA"}), msgspec.ValidationError),
        ("{}", msgspec.ValidationError),
    ],
)
def test_a_pending_value_that_cannot_sign_fails_the_test(monkeypatch, value, error):
    secrets = FakeSecrets(values={TOKEN: value})

    with pytest.raises(error):
        rotate(secrets, monkeypatch, "testSecret")
    assert secrets.moves == []


def test_a_pending_version_without_a_value_fails_the_test(monkeypatch):
    with pytest.raises(RotationRefusedError, match="no value"):
        rotate(FakeSecrets(), monkeypatch, "testSecret")


def test_an_error_of_the_service_is_raised(monkeypatch):
    secrets = FakeSecrets()
    monkeypatch.setattr(secrets, "get_secret_value", lambda **_: _raise(client_error("AccessDeniedException")))

    with pytest.raises(ClientError, match="AccessDenied"):
        rotate(secrets, monkeypatch, "createSecret")
    assert secrets.puts == 0


def _raise(error):
    raise error


def test_the_key_is_never_logged(monkeypatch, capsys):
    secrets = FakeSecrets()

    rotate(secrets, monkeypatch, *STEPS)

    output = capsys.readouterr().out
    assert output.count("rotation step done") == 4
    assert json.loads(secrets.values[TOKEN])["key"] not in output


def test_a_whole_rotation_on_moto(aws):
    client: Any = clients.secretsmanager()
    arn = client.create_secret(Name="signing", SecretString=secret(b"o" * 32))["ARN"]
    old = client.get_secret_value(SecretId=arn)["VersionId"]
    client.put_secret_value(
        SecretId=arn, SecretString=secret(b"n" * 32), ClientRequestToken=TOKEN, VersionStages=["AWSPENDING"]
    )
    describe = client.describe_secret

    def enabled(**request):
        return describe(**request) | {"RotationEnabled": True}

    client.describe_secret = enabled
    for step in STEPS:
        handler.handle({"Step": step, "SecretId": arn, "ClientRequestToken": TOKEN}, lambda_context())

    stages = describe(SecretId=arn)["VersionIdsToStages"]
    assert "AWSCURRENT" in stages[TOKEN]
    assert "AWSCURRENT" not in stages.get(old, [])
