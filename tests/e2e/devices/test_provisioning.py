"""Fleet provisioning: the allow-list decides, a serial number is good once, and a refusal leaves nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.e2e.devices.acts import admitted

if TYPE_CHECKING:
    from tests.e2e.devices.conftest import Played
    from tests.e2e.devices.stage import Stage

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

REFUSED = ("second-use", "revoked", "unknown", "malformed")


def test_an_allowed_serial_number_becomes_a_device_that_is_heard(stage: Stage, played: Played) -> None:
    enrolment = played.enrolment("allowed")
    assert (enrolment.accepted, enrolment.answer.get("thingName")) == (True, "serial-allowed")
    played.first_reading.result()
    assert played.stores.holding("enrolled.") == {"readings_table", "devices_table", "raw_bucket", "stream"}
    members = stage.registry.iot.list_things_in_thing_group(thingGroupName=stage.outputs["thing_group"])["things"]
    assert "serial-allowed" in members


def test_its_entry_is_used_up_by_its_certificate(stage: Stage, played: Played) -> None:
    entry = stage.item("allowed_devices_table", "serial_number", "serial-allowed")
    certificate = played.enrolment("allowed").papers.certificate_id
    assert (entry["status"]["S"], entry["certificate_id"]["S"]) == ("PROVISIONED", certificate)


@pytest.mark.parametrize("name", REFUSED)
def test_any_other_is_refused(played: Played, name: str) -> None:
    enrolment = played.enrolment(name)
    assert not enrolment.accepted
    assert (enrolment.answer["statusCode"], enrolment.answer["errorCode"]) == (403, "AccessDenied")


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_certificate_is_of_no_use(stage: Stage, played: Played, name: str) -> None:
    papers = played.enrolment(name).papers
    found = stage.registry.iot.describe_certificate(certificateId=papers.certificate_id)["certificateDescription"]
    assert found["status"] != "ACTIVE"
    assert stage.registry.iot.list_attached_policies(target=found["certificateArn"])["policies"] == []
    assert not admitted(stage, papers, "intruder.")


@pytest.mark.parametrize("serial", ["serial-unknown", "serial-revoked"])
def test_a_refused_serial_number_becomes_no_thing(stage: Stage, played: Played, serial: str) -> None:
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        stage.registry.iot.describe_thing(thingName=serial)


def test_the_list_stays_as_it_was(stage: Stage, played: Played) -> None:
    assert stage.item("allowed_devices_table", "serial_number", "serial-unknown") == {}
    revoked = stage.item("allowed_devices_table", "serial_number", "serial-revoked")
    assert (revoked["status"]["S"], "certificate_id" in revoked) == ("REVOKED", False)


def test_a_used_serial_number_stays_with_its_first_certificate(stage: Stage, played: Played) -> None:
    first = played.enrolment("first-use")
    assert first.accepted
    entry = stage.item("allowed_devices_table", "serial_number", "serial-used")
    assert entry["certificate_id"]["S"] == first.papers.certificate_id
    principals = stage.registry.iot.list_thing_principals(thingName="serial-used")["principals"]
    assert [arn.rpartition("/")[2] for arn in principals] == [first.papers.certificate_id]
