"""How a device gets an identity of its own, and what it does when it is told no."""

from __future__ import annotations

import json
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import pytest
from cryptography import x509

from local.devices import DeviceIdentity, MqttAddress, ProvisioningRefusedError
from local.devices import provisioning as module
from local.devices.provisioning import FROM_REQUEST, WITH_KEY, Provisioner

if TYPE_CHECKING:
    from collections.abc import Callable

REGISTER = "$aws/provisioning-templates/fleet/provision/json"
ADDRESS = MqttAddress("127.0.0.1", 8883, Path("ca.pem"))


class Service:
    """Answers as fleet provisioning does; `answers_requests` is what MiniStack lacks."""

    def __init__(self, *, answers_requests: bool = True) -> None:
        self.answers_requests = answers_requests
        self.rejections: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str]] = []
        self.requests: list[dict[str, Any]] = []

    def answer(self, client_id: str, topic: str, request: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
        self.asked.append((client_id, topic))
        self.requests.append(request)
        certificate = {"certificatePem": "certificate", "certificateOwnershipToken": "token"}
        if topic == FROM_REQUEST:
            return ("accepted", certificate) if self.answers_requests else None
        if topic == WITH_KEY:
            return "accepted", {**certificate, "privateKey": "key of the broker"}
        if self.rejections:
            return "rejected", self.rejections.pop(0)
        return "accepted", {"thingName": request["parameters"]["SerialNumber"]}

    def topics(self) -> list[str]:
        return [topic for _, topic in self.asked]


@pytest.fixture
def provisioner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[Service], Provisioner]:
    monkeypatch.setattr(module, "CSR_SECONDS", 0.01)
    monkeypatch.setattr(module, "sleep", lambda seconds: None)

    def make(service: Service) -> Provisioner:
        class Connection:
            def __init__(self, claim: object, address: object, loop: object, **options: Any) -> None:
                self.client_id = options["client_id"]
                self.on_message = options["on_message"]
                self.filters: list[str] = []

            def __enter__(self) -> Self:
                return self

            def __exit__(self, *_: object) -> None: ...

            def subscribe(self, *filters: str) -> None:
                self.filters += filters

            def publish(self, topic: str, payload: bytes) -> Future[None]:
                answer = service.answer(self.client_id, topic, json.loads(payload))
                if answer is not None:
                    assert f"{topic}/{answer[0]}" in self.filters
                    self.on_message(f"{topic}/{answer[0]}", json.dumps(answer[1]).encode())
                done: Future[None] = Future()
                done.set_result(None)
                return done

        monkeypatch.setattr(module, "DeviceConnection", Connection)
        claim = DeviceIdentity("claim", tmp_path / "claim.crt", tmp_path / "claim.key")
        return Provisioner(claim, "fleet", ADDRESS, cast("Any", None), tmp_path)

    return make


def test_the_key_is_the_devices_own_if_requests_are_answered(
    provisioner: Callable[[Service], Provisioner],
) -> None:
    service = Service()
    one = provisioner(service)
    identity = one.provision("press-1")
    assert service.topics() == [FROM_REQUEST, REGISTER]
    assert b"PRIVATE KEY" in identity.key.read_bytes()
    assert not one.keys_travelled
    assert "PRIVATE" not in json.dumps(service.requests)
    x509.load_pem_x509_csr(service.requests[0]["certificateSigningRequest"].encode())


def test_a_service_that_does_not_answer_is_asked_once(
    provisioner: Callable[[Service], Provisioner],
) -> None:
    service = Service(answers_requests=False)
    one = provisioner(service)
    identities = [one.provision(name) for name in ("press-1", "press-2")]
    assert service.topics() == [FROM_REQUEST, WITH_KEY, REGISTER, WITH_KEY, REGISTER]
    assert one.keys_travelled
    assert identities[1].key.read_bytes() == b"key of the broker"


def test_the_response_names_the_thing_its_key_is_private(
    provisioner: Callable[[Service], Provisioner],
) -> None:
    identity = provisioner(Service()).provision("press-1")
    assert identity.thing_name == "press-1"
    assert identity.certificate.read_text() == "certificate"
    assert identity.key.stat().st_mode & 0o077 == 0


def test_the_client_id_is_one_the_claim_policy_allows(
    provisioner: Callable[[Service], Provisioner],
) -> None:
    service = Service()
    provisioner(service).provision("press-1")
    assert {client_id for client_id, _ in service.asked} == {"provisioning-press-1"}


def test_a_rejection_is_raised_with_its_code_and_not_repeated(
    provisioner: Callable[[Service], Provisioner],
) -> None:
    service = Service()
    service.rejections = [{"errorCode": "AccessDenied", "errorMessage": "Access Denied"}] * 2
    with pytest.raises(ProvisioningRefusedError, match="AccessDenied Access Denied") as refusal:
        provisioner(service).provision("press-1")
    assert refusal.value.code == "AccessDenied"
    assert service.topics().count(REGISTER) == 1


def test_a_late_hook_is_asked_again_with_the_same_certificate(
    provisioner: Callable[[Service], Provisioner],
) -> None:
    service = Service()
    service.rejections = [{"errorCode": "InvocationError", "errorMessage": "late"}] * 3
    assert provisioner(service).provision("press-1").thing_name == "press-1"
    assert service.topics() == [FROM_REQUEST, *[REGISTER] * 4]
    service.rejections = [{"errorCode": "InvocationError", "errorMessage": "late"}] * 4
    with pytest.raises(ProvisioningRefusedError, match="late"):
        provisioner(service).provision("press-2")
