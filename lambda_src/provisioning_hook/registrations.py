"""Whether a device that was admitted has also been registered: IoT Core knows, the allow list does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of

if TYPE_CHECKING:
    from mypy_boto3_iot import IoTClient


class Registrations:
    """Reads certificates and things. AWS errors are raised.

    A new certificate has the status PENDING_ACTIVATION. RegisterThing calls the hook, and only when the hook has
    allowed it, the template gives the certificate its final status and attaches it to the thing (developer guide of
    AWS IoT Core, "Device provisioning MQTT API" and "Pre-provisioning hooks").
    """

    def __init__(self, iot: IoTClient) -> None:
        self._iot = iot

    def never_completed(self, serial_number: str, certificate_id: str) -> bool:
        """Whether the certificate was never activated or is gone, and no other one is attached to the thing.

        A certificate that an operator deactivated or revoked was registered. One that is gone says nothing about the
        certificates that replaced it, so the thing must have none.
        """
        if self._status(certificate_id) not in (None, "PENDING_ACTIVATION"):
            return False
        return all(principal.endswith(f":cert/{certificate_id}") for principal in self._principals(serial_number))

    def _status(self, certificate_id: str) -> str | None:
        try:
            found = self._iot.describe_certificate(certificateId=certificate_id)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return None
        return found["certificateDescription"]["status"]

    def _principals(self, thing: str) -> list[str]:
        try:
            pages = self._iot.get_paginator("list_thing_principals").paginate(thingName=thing)
            return [principal for page in pages for principal in page["principals"]]
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return []
