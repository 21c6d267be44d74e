"""Shut a device out: its certificates are revoked and detached, its serial number may not be provisioned again.

Its readings and its state stay. Can be repeated; what failed half-way is done then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.devices.certificates import Certificates
from ops.devices.ids import device_id
from ops.devices.tables import AllowListTable
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="ID")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    device = device_id(options.device)
    allow_list, certificates = AllowListTable(cloud), Certificates(cloud.iot)
    entry = allow_list.entry(device)
    arns = set(certificates.of_thing(device))
    if entry.get("certificate_id"):
        # Provisioned, and perhaps never attached: what came after the hook can have failed.
        provisioned = certificates.describe(entry["certificate_id"])
        arns |= {provisioned.arn} if provisioned else set()
    if not entry and not arns:
        raise InputError(f"{device} is unknown: it has no certificate and is not on the allow-list")
    # First the list: between the two a device could fetch itself a new certificate.
    allow_list.revoke(device)
    for arn in sorted(arns):
        certificates.withdraw(arn, thing=device, status="REVOKED")
    print(f"{device} was revoked; certificates: {len(arns)}")
