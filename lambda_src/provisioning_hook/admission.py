"""Whether a device that shows a claim certificate gets one of its own.

Anyone can have read the claim certificate out of one device, so nothing that comes with it counts: only that the
serial number is on the list, and that nobody has used it yet. The MQTT client id of such a connection is free, and
says nothing.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from lambda_src.common.readings.fields import parse_device_id
from lambda_src.common.readings.rejects import RuleBrokenError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SERIAL_NUMBER = "SerialNumber"
"""The parameter of the provisioning template that the device fills."""


class AdmissionRefusal(StrEnum):
    """Stable codes: they stand in logs and reports."""

    NO_SERIAL = "no_serial_number"
    MALFORMED = "malformed_serial_number"
    RESERVED = "reserved_serial_number"
    NO_CERTIFICATE = "no_certificate"
    UNKNOWN = "unknown_serial_number"
    REVOKED = "revoked"
    ALREADY_PROVISIONED = "already_provisioned"


class Decision(NamedTuple):
    refusal: AdmissionRefusal | None
    """None means that the device is allowed."""
    serial_number: str | None
    """Only where it is well formed: what a stranger sends does not go into logs."""


class AllowList(Protocol):
    def provision(self, serial_number: str, certificate_id: str) -> AdmissionRefusal | None:
        """Use an entry up for this certificate; the same certificate again finds it used by itself, and is allowed."""


def decide(
    parameters: Mapping[str, object], certificate_id: object, allow_list: AllowList, reserved: Collection[str] = ()
) -> Decision:
    """Raises what the allow-list raises; the service then refuses the device, which may try again."""
    claimed = parameters.get(SERIAL_NUMBER)
    if claimed is None:
        return Decision(AdmissionRefusal.NO_SERIAL, None)
    # The check remembers what it was asked, which only text can be.
    if not isinstance(claimed, str):
        return Decision(AdmissionRefusal.MALFORMED, None)
    try:
        # The serial number becomes the thing's name and with it the device's id.
        serial_number = parse_device_id(claimed)
    except RuleBrokenError:
        return Decision(AdmissionRefusal.MALFORMED, None)
    if serial_number in reserved:
        return Decision(AdmissionRefusal.RESERVED, serial_number)
    if not isinstance(certificate_id, str) or not certificate_id:
        return Decision(AdmissionRefusal.NO_CERTIFICATE, serial_number)
    return Decision(allow_list.provision(serial_number, certificate_id), serial_number)
