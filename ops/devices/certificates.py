"""Certificates of things in IoT Core. Every method is idempotent."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of


class DeviceCertificate(NamedTuple):
    """``status`` is IoT Core's: ACTIVE, INACTIVE, REVOKED or another. Times are ISO 8601 or empty."""

    certificate_id: str
    arn: str
    status: str
    created: str
    expires: str


class Certificates:
    """Creates, attaches and withdraws certificates."""

    def __init__(self, iot: Any) -> None:
        self._iot = iot

    def create(self, signing_request: str) -> tuple[str, str]:
        """Create a certificate. Returns ARN and PEM. It is inactive until everything is attached."""
        made = self._iot.create_certificate_from_csr(certificateSigningRequest=signing_request, setAsActive=False)
        return made["certificateArn"], made["certificatePem"]

    def of_thing(self, thing: str) -> list[str]:
        """Return the ARNs of all certificates attached to a thing; an unknown thing has none."""
        pages = self._iot.get_paginator("list_thing_principals").paginate(thingName=thing)
        try:
            principals = [principal for page in pages for principal in page["principals"]]
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return []
        return [principal for principal in principals if ":cert/" in principal]

    def describe(self, certificate_id: str) -> DeviceCertificate | None:
        try:
            found = self._iot.describe_certificate(certificateId=certificate_id)["certificateDescription"]
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return None
        expires = found.get("validity", {}).get("notAfter")
        created = found.get("creationDate")
        return DeviceCertificate(
            certificate_id,
            found["certificateArn"],
            found["status"],
            created.isoformat() if created else "",
            expires.isoformat() if expires else "",
        )

    def described(self, thing: str) -> list[DeviceCertificate]:
        found = (self.describe(id_of(arn)) for arn in self.of_thing(thing))
        return [certificate for certificate in found if certificate is not None]

    def attach(self, arn: str, *, thing: str, policy: str) -> None:
        self._iot.attach_policy(policyName=policy, target=arn)
        self._iot.attach_thing_principal(thingName=thing, principal=arn)

    def activate(self, arn: str) -> None:
        self._iot.update_certificate(certificateId=id_of(arn), newStatus="ACTIVE")

    def deactivate(self, arn: str) -> None:
        """Stop an active certificate; one that is gone or out of use already stays as it is."""
        standing = self.describe(id_of(arn))
        if standing is not None and standing.status == "ACTIVE":
            self._iot.update_certificate(certificateId=id_of(arn), newStatus="INACTIVE")

    def withdraw(self, arn: str, *, thing: str, status: Literal["INACTIVE", "REVOKED"]) -> None:
        """Deactivate or revoke a certificate and detach it from its thing. A revoked one stays revoked.

        The status stops new connections, and open ones within minutes. Without a policy an open connection can do
        nothing. The certificate is detached from the thing last, so that a repeated call still finds it.
        """
        standing = self.describe(id_of(arn))
        if standing is None:
            return
        if standing.status not in ("REVOKED", status):
            self._iot.update_certificate(certificateId=id_of(arn), newStatus=status)
        for page in self._iot.get_paginator("list_attached_policies").paginate(target=arn):
            for policy in page["policies"]:
                self._iot.detach_policy(policyName=policy["policyName"], target=arn)
        if arn in self.of_thing(thing):
            self._iot.detach_thing_principal(thingName=thing, principal=arn)

    def discard(self, arn: str, *, thing: str) -> None:
        """Withdraw a certificate that was never handed out, and delete it."""
        self.withdraw(arn, thing=thing, status="INACTIVE")
        self._iot.delete_certificate(certificateId=id_of(arn))


def id_of(arn: str) -> str:
    return arn.rpartition("/")[2]
