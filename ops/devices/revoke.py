"""Revoke a device: revoke and detach its certificates, and remove its serial number from the allow list.

Its readings and its state stay. The command can be repeated to complete a partial failure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.devices.certificates import Certificates
from ops.devices.ids import device_id
from ops.devices.tables import DeviceAllowList
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="ID")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    device = device_id(options.device)
    allow_list, certificates = DeviceAllowList(cloud), Certificates(cloud.iot)
    entry = allow_list.entry(device)
    arns = set(certificates.of_thing(device))
    if entry.get("certificate_id"):
        # The hook admitted it, but registration may have failed before the certificate was attached.
        provisioned = certificates.describe(entry["certificate_id"])
        arns |= {provisioned.arn} if provisioned else set()
    if not entry and not arns:
        raise InputError(f"{device} is unknown; it has no certificate and is not on the allow list")
    # The allow list comes first, so that the device cannot register again in between.
    allow_list.revoke(device)
    for arn in sorted(arns):
        certificates.withdraw(arn, thing=device, status="REVOKED")
    print(f"{device} was revoked; certificates: {len(arns)}")
