"""Certificates of every kind, made in a deployment's registry: in order, or with one thing wrong."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.support.devices import Papers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

THING = "${iot:Connection.Thing.ThingName}"


@dataclass(frozen=True)
class Standing:
    """How a certificate stands in the registry; a field other than its default is what is wrong with it."""

    policy: str | None = "device"
    """``device`` or ``claim``, alone or with one of `LOOSENED` behind a plus; None for no policy at all."""
    attached: bool = True
    status: str = "ACTIVE"
    registered: bool = True
    """False for one that a foreign authority signed and that nobody registered."""
    foreign: bool = False


def any_thing(document: str) -> str:
    """The policy without its thing variable: any name in its place."""
    return document.replace(THING, "*")


def any_client(document: str) -> str:
    """The policy that lets a certificate connect under any client id, attached or not."""
    changed = json.loads(any_thing(document))
    for statement in changed["Statement"]:
        if "iot:Connect" in statement["Action"]:
            statement.pop("Condition", None)
            statement["Resource"] = "*"
    return json.dumps(changed)


def any_topic(document: str) -> str:
    """The policy that allows on every topic what it allows on some."""
    changed = json.loads(document)
    for statement in changed["Statement"]:
        if "iot:Connect" not in statement["Action"]:
            statement["Resource"] = "*"
    return json.dumps(changed)


LOOSENED = {"any-thing": any_thing, "any-client": any_client, "any-topic": any_topic}


class Registry:
    def __init__(self, iot: Any, outputs: Mapping[str, Any], folder: Path) -> None:
        self.iot = iot
        self._policies = {"device": outputs["device_policy"], "claim": outputs["claim_policy"]}
        self._thing_type = outputs["thing_type"]
        self._folder = folder
        self.issued: dict[str, Papers] = {}
        """By thing."""

    def issue(self, name: str, standing: Standing) -> Papers:
        """A thing's key and certificate, standing as wanted."""
        private = ec.generate_private_key(ec.SECP256R1())
        if standing.foreign:
            pem = _foreign_certificate(private)
            made = self._register(pem) if standing.registered else {}
        else:
            made = self.iot.create_certificate_from_csr(certificateSigningRequest=_request(private), setAsActive=True)
            pem = made["certificatePem"]
        papers = self._write(name, private, pem, made.get("certificateId", ""))
        if made:
            self._place(name, made["certificateArn"], standing)
        self.issued[name] = papers
        return papers

    def policy(self, name: str) -> str:
        """The name of a policy of the deployment, or of a loosened copy of it, which is made where it is missing."""
        base, _, change = name.partition("+")
        original = self._policies[base]
        if not change:
            return str(original)
        copy = f"{original}-{change}"
        document = self.iot.get_policy(policyName=original)["policyDocument"]
        loosened = LOOSENED[change](document)
        assert json.loads(loosened) != json.loads(document), f"{change} changes nothing in {original}"
        if copy not in {each["policyName"] for each in self.iot.list_policies()["policies"]}:
            self.iot.create_policy(policyName=copy, policyDocument=loosened)
        return copy

    def papers(self, name: str, key: str, certificate: str, certificate_id: str) -> Papers:
        """Files of a key and a certificate that were made elsewhere, both in PEM."""
        papers = Papers(name, self._folder / f"{name}.crt", self._folder / f"{name}.key", certificate_id)
        (self._folder / f"{name}.crt").write_text(certificate)
        (self._folder / f"{name}.key").write_text(key)
        return papers

    def _place(self, name: str, arn: str, standing: Standing) -> None:
        if standing.policy is not None:
            self.iot.attach_policy(policyName=self.policy(standing.policy), target=arn)
        if standing.policy is None or standing.policy.startswith("device"):
            self.iot.create_thing(thingName=name, thingTypeName=self._thing_type)
            if standing.attached:
                self.iot.attach_thing_principal(thingName=name, principal=arn)
        if standing.status != "ACTIVE":
            self.iot.update_certificate(certificateId=arn.rpartition("/")[2], newStatus=standing.status)

    def _register(self, pem: str) -> dict[str, Any]:
        answer: dict[str, Any] = self.iot.register_certificate_without_ca(certificatePem=pem, status="ACTIVE")
        return answer

    def _write(self, name: str, private: ec.EllipticCurvePrivateKey, pem: str, certificate_id: str) -> Papers:
        key = private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return self.papers(name, key.decode(), pem, certificate_id)


_SUBJECT = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "device")])


def _request(private: ec.EllipticCurvePrivateKey) -> str:
    request = x509.CertificateSigningRequestBuilder().subject_name(_SUBJECT).sign(private, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()


def _foreign_certificate(private: ec.EllipticCurvePrivateKey) -> str:
    """Signed by an authority that nobody here has heard of."""
    authority = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_SUBJECT)
        .issuer_name(x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "foreign authority")]))
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .sign(authority, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
