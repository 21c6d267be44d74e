"""Who may come in, and who never again."""

from __future__ import annotations

import pytest

from lambda_src.provisioning_hook.admission import AdmissionRefusal
from lambda_src.provisioning_hook.allow_list import AllowListTable
from lambda_src.provisioning_hook.registrations import Registrations
from tests.unit.ops.deployment import Calls


def test_a_serial_number_that_was_allowed_passes_the_hook_once(ops, deployed):
    assert ops("allow", "press-1", "--note", "hall 3") == (0, "press-1 may register\n", "")
    entry = deployed.entry()
    assert (entry["status"], entry["note"]) == ("ALLOWED", "hall 3")
    assert entry["allowed_at"].endswith("Z")

    hook = AllowListTable(deployed.dynamodb, "allowed-devices", Registrations(deployed.iot), lambda: 0)
    assert [hook.provision("press-1", "a"), hook.provision("press-1", "b")] == [
        None,
        AdmissionRefusal.ALREADY_PROVISIONED,
    ]


@pytest.mark.parametrize("status", ["ALLOWED", "PROVISIONED", "REVOKED"])
def test_a_serial_number_may_be_allowed_anew(ops, deployed, status):
    deployed.put(
        "allowed-devices",
        serial_number={"S": "press-1"},
        status={"S": status},
        certificate_id={"S": "a"},
        note={"S": "old"},
    )

    assert ops("allow", "press-1") == (0, f"press-1 may register (was {status})\n", "")
    assert {*deployed.entry()} == {"serial_number", "status", "allowed_at"}


def test_a_revoked_device_is_out_in_every_way(ops, deployed):
    ops("add", "press-1", "--out", "out")
    ops("rotate", "press-1", "--out", "new", "--keep-old")
    deployed.put("devices", device_id={"S": "press-1"}, status={"S": "NORMAL"})
    deployed.put("allowed-devices", serial_number={"S": "press-1"}, status={"S": "PROVISIONED"}, note={"S": "hall 3"})

    assert ops("revoke", "press-1") == (0, "press-1 was revoked; certificates: 2\n", "")

    assert [*deployed.certificates().values()] == ["REVOKED", "REVOKED"]
    assert [deployed.policies(arn) for arn in deployed.certificates()] == [[], []]
    assert deployed.attached() == []
    assert deployed.entry() == {"serial_number": "press-1", "status": "REVOKED", "note": "hall 3"}
    assert deployed.things() == ["press-1"]
    assert deployed.dynamodb.scan(TableName="devices")["Count"] == 1


def test_a_revoked_device_cannot_be_provisioned_again(ops, deployed):
    ops("add", "press-1", "--out", "out")
    ops("revoke", "press-1")

    hook = AllowListTable(deployed.dynamodb, "allowed-devices", Registrations(deployed.iot), lambda: 0)
    assert hook.provision("press-1", "b") is AdmissionRefusal.REVOKED


def test_a_certificate_that_never_reached_its_thing_is_revoked_too(ops, deployed):
    made = deployed.iot.create_keys_and_certificate(setAsActive=True)
    deployed.put(
        "allowed-devices",
        serial_number={"S": "press-1"},
        status={"S": "PROVISIONED"},
        certificate_id={"S": made["certificateId"]},
    )

    assert ops("revoke", "press-1")[0] == 0
    assert deployed.certificates() == {made["certificateArn"]: "REVOKED"}


@pytest.mark.parametrize("entry", ["ALLOWED", "PROVISIONED"])
def test_a_serial_number_without_certificate_is_removed_from_the_list(ops, deployed, entry):
    deployed.put("allowed-devices", serial_number={"S": "press-1"}, status={"S": entry}, certificate_id={"S": "f" * 64})

    assert ops("revoke", "press-1")[0] == 0
    assert deployed.entry()["status"] == "REVOKED"


def test_an_unknown_device_is_named_and_the_list_stays(ops, deployed):
    status, _, error = ops("revoke", "press-9")

    assert status == 2
    assert "press-9 is unknown" in error
    assert deployed.entry("press-9") == {}


@pytest.mark.parametrize("step", ["UpdateItem", "UpdateCertificate", "DetachPolicy", "DetachThingPrincipal"])
def test_a_revocation_that_failed_is_finished_by_the_same_command(ops, deployed, monkeypatch, step):
    ops("add", "press-1", "--out", "out")
    Calls(monkeypatch).fail(step)

    assert ops("revoke", "press-1")[0] == 1
    assert ops("revoke", "press-1")[0] == 0

    (arn,) = deployed.certificates()
    assert (deployed.certificates()[arn], deployed.policies(arn), deployed.attached()) == ("REVOKED", [], [])


def test_the_list_comes_first(ops, deployed, monkeypatch):
    ops("add", "press-1", "--out", "out")
    calls = Calls(monkeypatch)

    ops("revoke", "press-1")

    writes = [operation for operation in calls.made if operation.startswith(("Update", "Detach"))]
    assert writes == ["UpdateItem", "UpdateCertificate", "DetachPolicy", "DetachThingPrincipal"]
