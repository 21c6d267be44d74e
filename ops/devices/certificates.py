"""Certificates of things in IoT Core. Each method can be repeated: what is done already stays done."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of


class DeviceCertificate(NamedTuple):
    """``status`` is the service's: ACTIVE, INACTIVE, REVOKED or another one; times are ISO 8601 or empty."""

    certificate_id: str
    arn: str
    status: str
    created: str
    expires: str


class Certificates:
    def __init__(self, iot: Any) -> None:
        self._iot = iot

    def create(self, signing_request: str) -> tuple[str, str]:
        """A new certificate as ARN and PEM; inactive, so that nothing can connect with it before all is in place."""
        made = self._iot.create_certificate_from_csr(certificateSigningRequest=signing_request, setAsActive=False)
        return made["certificateArn"], made["certificatePem"]

    def of_thing(self, thing: str) -> list[str]:
        """ARNs of all certificates attached to a thing; none where there is no such thing."""
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

    def withdraw(self, arn: str, *, thing: str, status: Literal["INACTIVE", "REVOKED"]) -> None:
        """Take a certificate out of use and away from its thing; a revoked one stays revoked.

        The status ends new connections, and open ones within minutes; without a policy an open one can do nothing from
        then on. From the thing it goes last: until then a repetition finds it there.
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
        """Withdraw a certificate that nobody has got, and delete it."""
        self.withdraw(arn, thing=thing, status="INACTIVE")
        self._iot.delete_certificate(certificateId=id_of(arn))


def id_of(arn: str) -> str:
    return arn.rpartition("/")[2]
