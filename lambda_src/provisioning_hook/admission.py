"""Decide whether a device with a claim certificate gets its own certificate.

Anyone may have copied the claim certificate from a device, so nothing else that comes with it counts: only that the
serial number is on the allow list and unused. The MQTT client id of such a connection is free and proves nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from lambda_src.common.readings.fields import parse_device_id
from lambda_src.common.readings.rejects import RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SERIAL_NUMBER = "SerialNumber"
"""The template's parameter that the device fills."""


class AdmissionRefusal(StrEnum):
    """Stable codes for logs and reports."""

    NO_SERIAL = "no_serial_number"
    MALFORMED = "malformed_serial_number"
    RESERVED = "reserved_serial_number"
    NO_CERTIFICATE = "no_certificate"
    UNKNOWN = "unknown_serial_number"
    REVOKED = "revoked"
    ALREADY_PROVISIONED = "already_provisioned"


class Decision(NamedTuple):
    refusal: AdmissionRefusal | None
    """None means that the device is admitted."""
    serial_number: str | None
    """Set only if it is valid, because a stranger's content must not reach the logs."""


class AllowList(Protocol):
    def provision(self, serial_number: str, certificate_id: str) -> AdmissionRefusal | None:
        """Use an entry for this certificate. The same certificate again is admitted again, and another one only if the
        first one was never registered.
        """


def decide(
    parameters: Mapping[str, object], certificate_id: object, allow_list: AllowList, reserved: Collection[str] = ()
) -> Decision:
    """Decide on a request. Raises errors of the allow list; the service then refuses the device, which may retry."""
    claimed = parameters.get(SERIAL_NUMBER)
    if claimed is None:
        return Decision(AdmissionRefusal.NO_SERIAL, None)
    # The cached check needs a hashable argument, so only text is checked.
    if not isinstance(claimed, str):
        return Decision(AdmissionRefusal.MALFORMED, None)
    try:
        # The serial number becomes the thing's name and the device's id.
        serial_number = parse_device_id(claimed)
    except RuleBrokenError:
        return Decision(AdmissionRefusal.MALFORMED, None)
    if serial_number in reserved:
        return Decision(AdmissionRefusal.RESERVED, serial_number)
    if not isinstance(certificate_id, str) or not certificate_id:
        return Decision(AdmissionRefusal.NO_CERTIFICATE, serial_number)
    return Decision(allow_list.provision(serial_number, certificate_id), serial_number)
