"""A device of its own: all of it or nothing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.unit.ops.deployment import Calls

KEY, CERTIFICATE = Path("out/press-1.key.pem"), Path("out/press-1.cert.pem")
STEPS = (
    "CreateCertificateFromCsr",
    "DescribeThing",
    "CreateThing",
    "AddThingToThingGroup",
    "AttachPolicy",
    "AttachThingPrincipal",
    "UpdateCertificate",
)


def test_a_device_gets_a_thing_and_an_active_certificate(ops, deployed):
    status, output, _ = ops("add", "press-1", "--out", "out")

    assert status == 0
    assert deployed.group() == ["press-1"]
    assert deployed.iot.describe_thing(thingName="press-1")["thingTypeName"] == "machine"
    (arn,) = deployed.attached()
    assert deployed.certificates() == {arn: "ACTIVE"}
    assert deployed.policies(arn) == ["device"]
    assert CERTIFICATE.read_text() == deployed.pem(arn)
    assert "abc-ats.iot.eu-central-1.amazonaws.com" in output
    assert f"--key {KEY} -i press-1 -q 1 -t sensor/press-1/data" in output


def test_the_key_is_private_and_signs_the_request(ops, deployed, monkeypatch):
    calls = Calls(monkeypatch)
    ops("add", "press-1", "--out", "out")

    assert stat.S_IMODE(KEY.stat().st_mode) == 0o600
    key = serialization.load_pem_private_key(KEY.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.curve.name == "secp256r1"
    certificate = x509.load_pem_x509_certificate(CERTIFICATE.read_bytes())
    assert [a.value for a in certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)] == ["press-1"]
    assert "CreateKeysAndCertificate" not in calls.made


def test_the_private_key_never_leaves_the_machine(ops, deployed, monkeypatch):
    calls = Calls(monkeypatch)

    _, output, error = ops("add", "press-1", "--out", "out")

    secret = KEY.read_text().splitlines()[1]
    assert any("BEGIN CERTIFICATE REQUEST" in str(request) for request in calls.requests)
    assert not any(secret in str(text) for text in (*calls.requests, output, error))


def test_the_certificate_becomes_active_when_all_is_in_place(ops, deployed, monkeypatch):
    calls = Calls(monkeypatch)

    ops("add", "press-1", "--out", "out")

    (made,) = (request for request in calls.requests if "certificateSigningRequest" in request)
    assert made["setAsActive"] is False
    assert calls.made[-1] == "UpdateCertificate"
    assert calls.requests[-1]["newStatus"] == "ACTIVE"


@pytest.mark.parametrize("step", STEPS)
def test_what_fails_half_way_is_taken_back(ops, deployed, monkeypatch, step):
    Calls(monkeypatch).fail(step, code="AccessDeniedException")

    status, output, error = ops("add", "press-1", "--out", "out")

    assert (status, output) == (1, "")
    assert error == "Operation: AccessDeniedException: AccessDeniedException\n"
    assert (deployed.things(), deployed.certificates()) == ([], {})
    assert [*Path("out").iterdir()] == []


def test_an_interruption_is_taken_back_too(ops, deployed, monkeypatch):
    calls = Calls(monkeypatch)

    def interrupt(operation):
        if operation == "AttachThingPrincipal":
            calls.before = lambda _operation: None
            raise KeyboardInterrupt

    calls.before = interrupt

    assert ops("add", "press-1", "--out", "out")[0] == 130
    assert (deployed.things(), deployed.certificates()) == ([], {})


def test_what_cannot_be_taken_back_is_named(ops, deployed, monkeypatch):
    Calls(monkeypatch).fail("AttachPolicy", "DeleteThing", code="AccessDeniedException")

    status, _, error = ops("add", "press-1", "--out", "out")

    assert status == 1
    assert "left behind: thing press-1" in error
    assert error.splitlines()[-1] == "Operation: AccessDeniedException: AccessDeniedException"


def test_a_device_with_a_certificate_is_refused(ops, deployed):
    ops("add", "press-1", "--out", "out")
    before = deployed.certificates()

    status, _, error = ops("add", "press-1", "--out", "other")

    assert status == 2
    assert "use 'rotate' to replace it" in error
    assert deployed.certificates() == before
    assert not Path("other").exists()


@pytest.mark.parametrize("file", [KEY, CERTIFICATE], ids=str)
def test_no_file_is_ever_overwritten(ops, deployed, file):
    file.parent.mkdir()
    file.write_text("precious")

    status, _, error = ops("add", "press-1", "--out", "out")

    assert status == 2
    assert f"{file} exists" in error
    assert file.read_text() == "precious"
    assert deployed.certificates() == {}


def test_a_folder_that_cannot_be_written_is_named(ops, deployed):
    Path("out").write_text("a file")

    status, _, error = ops("add", "press-1", "--out", "out")

    assert (status, error) == (2, "out: File exists\n")
    assert deployed.certificates() == {}


def test_a_device_that_was_revoked_can_be_added_again(ops, deployed):
    ops("add", "press-1", "--out", "out")
    ops("revoke", "press-1")

    assert ops("add", "press-1", "--out", "again")[0] == 0
    (arn,) = deployed.attached()
    assert sorted(deployed.certificates().values()) == ["ACTIVE", "REVOKED"]
    assert deployed.certificates()[arn] == "ACTIVE"


def test_a_thing_that_was_there_is_not_taken_back(ops, deployed, monkeypatch):
    deployed.iot.create_thing(thingName="press-1")
    Calls(monkeypatch).fail("AttachThingPrincipal")

    assert ops("add", "press-1", "--out", "out")[0] == 1
    assert (deployed.things(), deployed.certificates()) == (["press-1"], {})
