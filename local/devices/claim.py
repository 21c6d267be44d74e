"""The claim certificate that every device of a series carries, and the allow list."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local.devices.identity import DeviceIdentity
from local.devices.keys import make_request, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from local.endpoints import Clients

CLAIM_PREFIX = "provisioning-"
"""Client ids that the claim policy allows to connect."""


def make_claim(clients: Clients, outputs: Mapping[str, Any], folder: Path) -> DeviceIdentity:
    """Create a claim certificate through the API and attach the stack's claim policy to it."""
    folder.mkdir(parents=True, exist_ok=True)
    request, key = make_request("claim")
    iot = clients.client("iot")
    answer = iot.create_certificate_from_csr(certificateSigningRequest=request, setAsActive=True)
    iot.attach_policy(policyName=outputs["claim_policy"], target=answer["certificateArn"])
    claim = DeviceIdentity("claim", folder / "claim.crt", folder / "claim.key")
    claim.certificate.write_text(answer["certificatePem"])
    write_private(claim.key, key)
    return claim


def allow(clients: Clients, outputs: Mapping[str, Any], serial_numbers: Iterable[str]) -> None:
    """Put serial numbers on the allow list."""
    dynamodb = clients.client("dynamodb")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for serial_number in serial_numbers:
        entry = {"serial_number": serial_number, "status": "ALLOWED", "allowed_at": now}
        item = {name: {"S": value} for name, value in entry.items()}
        dynamodb.put_item(TableName=outputs["allowed_devices_table"], Item=item)
