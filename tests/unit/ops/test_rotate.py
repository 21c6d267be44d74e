"""A new certificate beside the old one, then instead of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.ops.deployment import Calls

STEPS = (
    "CreateCertificateFromCsr",
    "AttachPolicy",
    "AttachThingPrincipal",
    "UpdateCertificate",
    "ListAttachedPolicies",
    "DetachPolicy",
    "DetachThingPrincipal",
)
PLAN = Path("new/press-1.rotation.json")


@pytest.fixture
def old(ops, deployed):
    """The certificate that a device already has."""
    ops("add", "press-1", "--out", "old")
    return deployed.attached()[0]


def the_new_one(deployed, old):
    (arn,) = set(deployed.certificates()) - {old}
    return arn


def test_the_new_certificate_is_active_and_the_old_one_withdrawn(ops, deployed, old):
    assert ops("rotate", "press-1", "--out", "new")[0] == 0

    new = the_new_one(deployed, old)
    assert deployed.certificates() == {old: "INACTIVE", new: "ACTIVE"}
    assert deployed.attached() == [new]
    assert (deployed.policies(new), deployed.policies(old)) == (["device"], [])
    assert Path("new/press-1.cert.pem").read_text() == deployed.pem(new)
    assert Path("new/press-1.key.pem").read_bytes() != Path("old/press-1.key.pem").read_bytes()
    assert not PLAN.exists()


def test_both_are_active_before_the_old_one_goes(ops, deployed, old, monkeypatch):
    calls = Calls(monkeypatch)
    seen = []

    def look(operation):
        if operation == "DetachPolicy":
            calls.before = lambda _operation: None
            seen.append((the_new_one(deployed, old), deployed.certificates(), deployed.attached()))

    calls.before = look
    ops("rotate", "press-1", "--out", "new")

    new, statuses, attached = seen[0]
    assert statuses[new] == "ACTIVE"
    assert set(attached) == {old, new}


def test_with_keep_old_both_certificates_stay_valid(ops, deployed, old):
    for _ in range(2):
        assert ops("rotate", "press-1", "--out", "new", "--keep-old")[0] == 0
        assert sorted(deployed.certificates().values()) == ["ACTIVE", "ACTIVE"]
        assert len(deployed.attached()) == 2

    assert ops("rotate", "press-1", "--out", "new")[0] == 0
    assert deployed.certificates() == {old: "INACTIVE", the_new_one(deployed, old): "ACTIVE"}


@pytest.mark.parametrize("step", STEPS)
def test_a_failed_rotation_is_resumed_by_the_same_command(ops, deployed, old, monkeypatch, step):
    Calls(monkeypatch).fail(step)

    assert ops("rotate", "press-1", "--out", "new")[0] == 1
    assert "ACTIVE" in [deployed.certificates()[arn] for arn in deployed.attached()]
    key = Path("new/press-1.key.pem").read_bytes()
    assert ops("rotate", "press-1", "--out", "new")[0] == 0

    new = the_new_one(deployed, old)
    assert deployed.certificates() == {old: "INACTIVE", new: "ACTIVE"}
    assert deployed.attached() == [new]
    assert Path("new/press-1.key.pem").read_bytes() == key
    assert Path("new/press-1.cert.pem").read_text() == deployed.pem(new)
    assert not PLAN.exists()


def test_a_key_is_never_overwritten(ops, deployed, old):
    before = Path("old/press-1.key.pem").read_bytes()

    status, _, error = ops("rotate", "press-1", "--out", "old")

    assert status == 2
    assert "choose another folder" in error
    assert Path("old/press-1.key.pem").read_bytes() == before
    assert deployed.certificates() == {old: "ACTIVE"}


def test_a_missing_or_revoked_device_gets_no_certificate(ops, deployed, old):
    assert ops("rotate", "press-2", "--out", "new")[0] == 2
    ops("revoke", "press-1")

    status, _, error = ops("rotate", "press-1", "--out", "new")

    assert status == 2
    assert "no active certificate" in error
    assert deployed.certificates() == {old: "REVOKED"}
    assert not Path("new").exists()


@pytest.mark.parametrize("step", ["CreateCertificateFromCsr", "AttachPolicy", "DetachPolicy"])
def test_a_rotation_does_not_readmit_a_device_revoked_meanwhile(ops, deployed, old, monkeypatch, step):
    Calls(monkeypatch).fail(step)
    ops("rotate", "press-1", "--out", "new")
    ops("revoke", "press-1")

    assert ops("rotate", "press-1", "--out", "new")[0] == 2
    assert "ACTIVE" not in deployed.certificates().values()
    assert deployed.attached() == []


def test_a_new_certificate_that_was_revoked_stays_revoked(ops, deployed, old):
    ops("rotate", "press-1", "--out", "new", "--keep-old")
    new = the_new_one(deployed, old)
    deployed.iot.update_certificate(certificateId=new.rpartition("/")[2], newStatus="REVOKED")

    status, _, error = ops("rotate", "press-1", "--out", "new")

    assert status == 2
    assert "was revoked meanwhile" in error
    assert deployed.certificates() == {old: "ACTIVE", new: "REVOKED"}


def test_a_certificate_that_cannot_be_kept_is_taken_back(ops, deployed, old, monkeypatch):
    def no_space(*_args, **_kwargs):
        raise OSError(28, "No space left on device", "new/press-1.cert.pem")

    monkeypatch.setattr(Path, "write_text", no_space)

    assert ops("rotate", "press-1", "--out", "new") == (2, "", "new/press-1.cert.pem: No space left on device\n")
    assert deployed.certificates() == {old: "ACTIVE"}


def test_a_broken_state_of_a_rotation_is_named(ops, deployed, old):
    PLAN.parent.mkdir()
    PLAN.write_text("{}")

    status, _, error = ops("rotate", "press-1", "--out", "new")

    assert (status, deployed.certificates()) == (2, {old: "ACTIVE"})
    assert str(PLAN) in error
