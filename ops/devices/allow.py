"""Put a serial number on the allow list of fleet provisioning, or allow it again.

A device that was revoked or registered before can then get one more certificate. Its existing certificates stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.devices.ids import new_device_id
from ops.devices.tables import DeviceAllowList

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("serial", metavar="SERIAL", help="becomes the device's id")
    parser.add_argument("--note", help="a note, such as the reason or the location")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    serial = new_device_id(options.serial, cloud.outputs)
    before = DeviceAllowList(cloud).allow(serial, options.note).get("status")
    print(f"{serial} may register" + (f" (was {before})" if before else ""))
