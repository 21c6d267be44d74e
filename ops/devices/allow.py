"""Put a serial number on the allow-list of fleet provisioning, also anew.

A device that was revoked or provisioned before may then get a certificate once more; certificates that it has stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.devices.ids import new_device_id
from ops.devices.tables import AllowListTable

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("serial", metavar="SERIAL", help="becomes the device's id")
    parser.add_argument("--note", help="why, or where the device stands")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    serial = new_device_id(options.serial, cloud.outputs)
    before = AllowListTable(cloud).allow(serial, options.note).get("status")
    print(f"{serial} may be provisioned" + (f" (it was {before})" if before else ""))
