"""The hook comes before the registration: a device whose registration failed gets in with another certificate."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.provisioning_hook import handler
from lambda_src.provisioning_hook.allow_list import REGISTRATION_MS
from lambda_src.provisioning_hook.registrations import Registrations
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.fakes import client_error
from tests.unit.functions.provisioning.test_hook import ask

GONE = "d" * 64


@pytest.fixture
def clock(monkeypatch):
    now = [NOW_MS]
    monkeypatch.setattr(handler, "now_ms", lambda: now[0])
    return now


def certificate(status="PENDING_ACTIVATION", thing=None):
    made = clients.iot().create_keys_and_certificate(setAsActive=False)
    clients.iot().update_certificate(certificateId=made["certificateId"], newStatus=status)
    if thing:
        clients.iot().create_thing(thingName=thing)
        clients.iot().attach_thing_principal(thingName=thing, principal=made["certificateArn"])
    return made["certificateId"]


def test_a_device_whose_registration_failed_is_admitted_again(allowed, clock):
    allowed.put()
    lost, second = certificate(), certificate()
    assert ask(certificateId=lost)

    clock[0] += REGISTRATION_MS

    assert [ask(certificateId=second), ask(certificateId=lost)] == [True, False]
    assert allowed.get()["certificate_id"] == second


def test_a_registration_that_got_half_way_is_repeated_too(allowed, clock):
    allowed.put()
    ask(certificateId=certificate(thing="press-1"))

    clock[0] += REGISTRATION_MS

    assert ask(certificateId=certificate())


def test_nobody_else_is_admitted_while_a_registration_may_run(allowed, clock):
    allowed.put()
    first = certificate()
    ask(certificateId=first)
    clock[0] += REGISTRATION_MS
    ask(certificateId=first)

    clock[0] += REGISTRATION_MS - 1

    assert not ask(certificateId=certificate())


@pytest.mark.parametrize("status", ["ACTIVE", "INACTIVE", "REVOKED"])
def test_a_registered_device_keeps_its_entry(allowed, clock, status):
    allowed.put()
    ask(certificateId=certificate(status))

    clock[0] += 100 * REGISTRATION_MS

    assert not ask(certificateId=certificate())


@pytest.mark.parametrize(("thing", "admitted"), [(None, True), ("press-1", False)])
def test_a_deleted_certificate_counts_only_without_a_successor(allowed, clock, thing, admitted):
    allowed.put()
    ask(certificateId=GONE)
    certificate("ACTIVE", thing=thing)

    clock[0] += REGISTRATION_MS

    assert ask(certificateId=certificate()) is admitted


def test_only_one_of_two_successors_is_admitted(allowed, clock, monkeypatch):
    allowed.put()
    ask(certificateId=certificate())
    clock[0] += REGISTRATION_MS
    other, judged = certificate(), Registrations.never_completed
    answers = []

    def meanwhile(self, *question):
        monkeypatch.setattr(Registrations, "never_completed", judged)
        answers.append(ask(certificateId=other))
        return True

    monkeypatch.setattr(Registrations, "never_completed", meanwhile)

    assert [ask(certificateId=certificate()), *answers] == [False, True]
    assert allowed.get()["certificate_id"] == other


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException"])
def test_a_failure_of_iot_core_is_raised(allowed, clock, monkeypatch, code):
    def fail(**_request):
        raise client_error(code)

    allowed.put()
    ask(certificateId=certificate())
    clock[0] += REGISTRATION_MS
    second = certificate()
    monkeypatch.setattr(clients.iot(), "describe_certificate", fail)

    with pytest.raises(ClientError, match=code):
        ask(certificateId=second)
