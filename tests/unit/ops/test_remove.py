"""Devices are removed so that a destroy finds nothing of theirs, whatever interrupts it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ops.devices import removal
from tests.unit.ops.deployment import OUTPUTS, Calls


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(removal, "SECONDS_BETWEEN_TRIES", 0.0)


@pytest.fixture
def fleet(ops, deployed):
    """Two devices, one of them with two certificates, and a claim certificate."""
    for device in ("press-1", "press-2"):
        ops("add", device, "--out", device)
        ops("allow", device)
        deployed.put("devices", device_id={"S": device}, status={"S": "NORMAL"})
    ops("rotate", "press-1", "--out", "new", "--keep-old")
    claim = deployed.iot.create_keys_and_certificate(setAsActive=True)["certificateArn"]
    deployed.iot.attach_policy(policyName="claim", target=claim)
    return claim


def test_all_devices_and_claim_certificates_are_removed(ops, deployed, fleet):
    assert ops("remove", "--all") == (0, "removed: 2 things, 4 certificates\n", "")

    assert (deployed.things(), deployed.certificates()) == ([], {})
    assert [deployed.entry(device) for device in ("press-1", "press-2")] == [{}, {}]
    assert deployed.dynamodb.scan(TableName="devices")["Count"] == 0
    # What Terraform deletes next goes now.
    deployed.iot.delete_policy(policyName=OUTPUTS["device_policy"])
    deployed.iot.delete_policy(policyName=OUTPUTS["claim_policy"])


def test_a_dry_run_shows_all_and_changes_nothing(ops, deployed, fleet, monkeypatch):
    calls = Calls(monkeypatch)

    status, text, _ = ops("remove", "--all", "--dry-run")

    assert status == 0
    assert text.splitlines()[:2] == ["thing press-1", "thing press-2"]
    assert f"policy claim of certificate {fleet.rpartition('/')[2]}" in text.splitlines()
    assert text.splitlines()[-1] == "would be removed: 2 things, 4 attachments of policies"
    assert {name for name in calls.made if not name.startswith("List")} == set()


def test_one_device_is_removed_and_the_others_stay(ops, deployed, fleet):
    assert ops("remove", "press-1") == (0, "press-1 was removed; certificates: 2\n", "")

    assert deployed.things() == ["press-2"]
    assert len(deployed.certificates()) == 2
    assert deployed.entry("press-1") == {}
    assert deployed.entry("press-2")["status"] == "ALLOWED"


def test_an_unknown_device_is_named(ops, deployed):
    assert ops("remove", "press-9") == (
        2,
        "",
        "press-9 is unknown: no thing of this deployment, no state, not on the allow-list\n",
    )


def test_one_devices_dry_run_changes_nothing(ops, deployed, fleet):
    assert ops("remove", "press-1", "--dry-run") == (0, "press-1 would be removed\n", "")
    assert deployed.things() == ["press-1", "press-2"]


@pytest.mark.parametrize(
    "operation",
    ["DetachThingPrincipal", "DeleteThing", "DetachPolicy", "DeleteCertificate", "UpdateCertificate", "DeleteItem"],
)
def test_an_interrupted_removal_is_finished_by_the_same_command(ops, deployed, fleet, monkeypatch, operation):
    Calls(monkeypatch).fail(operation, code="AccessDeniedException")
    assert ops("remove", "--all")[0] == 1

    assert ops("remove", "--all")[0] == 0
    assert (deployed.things(), deployed.certificates()) == ([], {})


@pytest.mark.parametrize(
    ("operation", "code"),
    [("DeleteThing", "InvalidRequestException"), ("DeleteCertificate", "DeleteConflictException")],
)
def test_a_detachment_that_has_not_spread_yet_is_waited_for(ops, deployed, fleet, monkeypatch, operation, code):
    Calls(monkeypatch).fail(operation, code=code)

    assert ops("remove", "--all")[0] == 0
    assert (deployed.things(), deployed.certificates()) == ([], {})


def test_a_claim_certificate_that_another_deployment_uses_is_kept(ops, deployed, fleet):
    deployed.iot.create_policy(policyName="another", policyDocument="{}")
    deployed.iot.attach_policy(policyName="another", target=fleet)

    status, text, _ = ops("remove", "--all")

    assert status == 0
    assert text.splitlines()[-1] == f"kept, because something else uses it: certificate {fleet.rpartition('/')[2]}"
    assert deployed.certificates() == {fleet: "ACTIVE"}
    assert deployed.policies(fleet) == ["another"]


def test_a_device_of_another_type_is_not_touched(ops, deployed, fleet):
    deployed.iot.create_thing(thingName="theirs")

    ops("remove", "--all")

    assert deployed.things() == ["theirs"]


def test_a_removal_after_a_destroy_finds_nothing(ops, deployed, fleet):
    ops("remove", "--all")
    deployed.iot.delete_policy(policyName=OUTPUTS["device_policy"])
    deployed.iot.delete_thing_group(thingGroupName=OUTPUTS["thing_group"])

    assert ops("remove", "--all") == (0, "removed: 0 things, 0 certificates\n", "")


def test_a_deployment_without_devices_has_nothing_to_remove(ops):
    Path("cfn-outputs/flat-outputs.json").write_text(json.dumps({"aws_region": "eu-central-1"}))

    assert ops("remove", "--all") == (0, "this deployment has no devices\n", "")


@pytest.mark.parametrize("arguments", [(), ("press-1", "--all")])
def test_either_a_device_or_all_must_be_named(ops, deployed, arguments):
    assert ops("remove", *arguments) == (2, "", "give either the ID of a device or --all\n")
