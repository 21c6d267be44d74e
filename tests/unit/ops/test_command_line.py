"""The command line: what it refuses, and what it says of failures."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest

from ops.__main__ import main
from tests.unit.ops.deployment import OUTPUTS, Calls

FILE = Path("cfn-outputs/flat-outputs.json")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required"),
        (["machines"], "invalid choice"),
        (["devices"], "required"),
        (["devices", "drop"], "invalid choice"),
        (["devices", "add"], "ID"),
        (["devices", "rotate", "press-1"], "--out"),
        (["devices", "list", "--fast"], "unrecognized"),
        (["devices", "add", "a b"], "A-Z"),
        (["devices", "revoke", "../press-1"], "A-Z"),
        (["devices", "allow", ""], "1-128"),
        (["devices", "list", "--outputs", "gone.json"], "gone.json: No such file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(capsys, arguments, words):
    assert main(arguments) == 2

    error = capsys.readouterr().err
    assert words in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "words"), [("{", "is not JSON"), ("[]", "must be a JSON object"), ("{}", "'thing_group'")]
)
def test_outputs_that_do_not_fit_are_named(ops, text, words):
    FILE.write_text(text)

    status, _, error = ops("list")

    assert status == 2
    assert words in error


def test_a_deployment_without_devices_is_named(ops):
    FILE.write_text(json.dumps(OUTPUTS | {"device_policy": ""}))

    assert ops("add", "press-1") == (
        2,
        "",
        "cfn-outputs/flat-outputs.json has no output 'device_policy'; this deployment does not have this part\n",
    )


def test_the_outputs_may_stand_elsewhere(ops, deployed):
    FILE.rename("elsewhere.json")

    assert ops("list", "--outputs", "elsewhere.json")[0] == 0


def test_a_refusal_of_the_service_is_status_1(ops, deployed, monkeypatch):
    Calls(monkeypatch).fail("ListThingsInThingGroup", code="AccessDeniedException")

    assert ops("list") == (1, "", "Operation: AccessDeniedException: AccessDeniedException\n")


def test_missing_credentials_are_status_1(ops, monkeypatch):
    # The shared session remembers the credentials of whoever asked first.
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "none")

    assert ops("list") == (1, "", "Unable to locate credentials\n")


def test_an_interruption_is_status_130(ops, deployed, monkeypatch):
    def interrupt(_operation):
        raise KeyboardInterrupt

    Calls(monkeypatch).before = interrupt

    assert ops("list") == (130, "", "interrupted\n")
