"""Who is let in: a serial number that is on the list, once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.provisioning_hook import handler
from lambda_src.provisioning_hook.handler import handle
from tests.unit.functions.factories import NOW_MS, lambda_context
from tests.unit.functions.fakes import client_error

CERTIFICATE = "a" * 64


def event(serial: Any = "press-1", **changes) -> Any:
    values = {
        "claimCertificateId": "c" * 64,
        "certificateId": CERTIFICATE,
        "certificatePem": "-----BEGIN CERTIFICATE-----",
        "templateArn": "arn:aws:iot:eu-central-1:123456789012:provisioningtemplate/iot",
        "clientId": "any-client",
        "parameters": {"SerialNumber": serial},
    }
    return {key: value for key, value in (values | changes).items() if value is not ...}


def ask(*args, **changes):
    return handle(event(*args, **changes), lambda_context())["allowProvisioning"]


def test_a_listed_device_is_admitted_and_its_certificate_recorded(allowed, monkeypatch):
    monkeypatch.setattr(handler, "now_ms", lambda: NOW_MS)
    allowed.put(allowed_at="2025-11-20T00:00:00.000Z", note="hall 3")

    assert handle(event(), lambda_context()) == {"allowProvisioning": True}
    assert allowed.get() == {
        "serial_number": "press-1",
        "status": "PROVISIONED",
        "allowed_at": "2025-11-20T00:00:00.000Z",
        "note": "hall 3",
        "certificate_id": CERTIFICATE,
        "provisioned_at": "2025-11-21T08:05:45.000Z",
    }


REFUSED = {
    "unknown": ({}, event(), "unknown_serial_number"),
    "revoked": ({"status": "REVOKED"}, event(), "revoked"),
    "provisioned": ({"status": "PROVISIONED", "certificate_id": "b" * 64}, event(), "already_provisioned"),
    "revoked after its certificate": ({"status": "REVOKED", "certificate_id": CERTIFICATE}, event(), "revoked"),
    "of another status": ({"status": "allowed"}, event(), "unknown_serial_number"),
    "reserved": ({"serial": "data"}, event("data"), "reserved_serial_number"),
    "spaces": ({"serial": "a b"}, event("a b"), "malformed_serial_number"),
    "too long": ({}, event("x" * 129), "malformed_serial_number"),
    "empty": ({}, event(""), "malformed_serial_number"),
    "another letter case": ({"status": "ALLOWED"}, event("PRESS-1"), "unknown_serial_number"),
    "a number": ({"serial": "5"}, event(5), "malformed_serial_number"),
    "a list": ({}, event(["press-1"]), "malformed_serial_number"),
    "null": ({}, event(None), "no_serial_number"),
    "another parameter": ({"status": "ALLOWED"}, event(parameters={"serialNumber": "press-1"}), "no_serial_number"),
    "no parameters": ({"status": "ALLOWED"}, event(parameters=...), "no_serial_number"),
    "null parameters": ({"status": "ALLOWED"}, event(parameters=None), "no_serial_number"),
    "no certificate": ({"status": "ALLOWED"}, event(certificateId=...), "no_certificate"),
}


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_any_other_device_is_refused_and_the_list_stays(allowed, capsys, case):
    entry, request, reason = REFUSED[case]
    if entry:
        allowed.put(**entry)
    before = allowed.get(), allowed.get("a b"), allowed.get("5")

    assert handle(request, lambda_context()) == {"allowProvisioning": False}

    assert (allowed.get(), allowed.get("a b"), allowed.get("5")) == before
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["reason"] for line in lines if line.get("message") == "device refused"] == [reason]


def test_a_serial_number_is_used_once(allowed):
    allowed.put()

    assert [ask(certificateId=f"{n:064x}") for n in range(3)] == [True, False, False]


def test_the_same_certificate_again_is_a_repetition(allowed):
    allowed.put()

    assert [ask(), ask(), ask(certificateId="b" * 64)] == [True, True, False]


def test_a_device_that_is_allowed_anew_gets_another_certificate(allowed):
    allowed.put()
    ask()
    allowed.put()

    assert ask(certificateId="b" * 64) is True


def test_nothing_else_that_the_device_says_counts(allowed):
    allowed.put("press-1")

    refused = event("press-2", clientId="press-1", parameters={"SerialNumber": "press-2", "ThingName": "press-1"})

    assert handle(refused, lambda_context()) == {"allowProvisioning": False}
    assert ask("press-1", clientId="someone-else") is True


def test_what_a_stranger_sends_is_not_logged(allowed, capsys):
    ask("<script>")

    assert "script" not in capsys.readouterr().out


@pytest.mark.parametrize(("serial", "counts"), [("press-1", (1, 0)), ("press-2", (0, 1))])
def test_both_outcomes_are_counted(allowed, capsys, serial, counts):
    allowed.put()

    ask(serial)

    metrics = next(json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line)
    assert (metrics["Environment"], metrics["service"]) == ("test", "provisioning-hook")
    assert (metrics["ProvisioningAllowed"][0], metrics["ProvisioningRefused"][0]) == counts


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_a_failure_of_the_table_is_raised(allowed, monkeypatch, code):
    def fail(**_request):
        raise client_error(code)

    allowed.put()
    monkeypatch.setattr(clients.dynamodb(), "update_item", fail)

    with pytest.raises(ClientError, match=code):
        ask()
