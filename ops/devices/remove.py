"""Remove a device, or all devices before a destroy: certificates, thing, allow-list entry and state.

Readings stay. --all also detaches the policies from claim certificates, and deletes those that nothing else uses. An
interrupted removal continues when the command is repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.devices.ids import device_id
from ops.devices.removal import NAMES, DeviceRemoval, short
from ops.devices.tables import DeviceAllowList, States
from ops.errors import InputError
from ops.progress import ProgressLines

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="ID", nargs="?", help="id of the device")
    parser.add_argument("--all", action="store_true", help="all devices of the deployment, and its claim certificates")
    parser.add_argument("--dry-run", action="store_true", help="show what would be removed; change nothing")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    if (options.device is None) != options.all:
        raise InputError("give either the ID of a device or --all")
    if options.all and cloud.outputs.find("thing_type") is None:
        print("this deployment has no devices")
        return
    removal = DeviceRemoval(cloud.iot, {name: cloud.outputs.need(name) for name in NAMES})
    if not options.all:
        _remove_one(device_id(options.device), removal, cloud, dry=options.dry_run)
    elif options.dry_run:
        _show_all(removal)
    else:
        _remove_all(removal, cloud)


def _remove_one(device: str, removal: DeviceRemoval, cloud: Cloud, *, dry: bool) -> None:
    allow_list, states = DeviceAllowList(cloud), States(cloud)
    if not (device in removal.things() or allow_list.entry(device) or states.of([device])):
        raise InputError(f"{device} is unknown: no thing of this deployment, no state, not on the allow-list")
    if dry:
        print(f"{device} would be removed")
        return
    # The allow-list first: otherwise the device could register again at once.
    allow_list.remove(device)
    certificates = removal.retire(device)
    removal.delete_thing(device)
    for attachment in removal.attachments():
        if attachment.target in certificates:
            removal.detach(attachment)
    deleted = sum(removal.delete_certificate(arn) for arn in certificates)
    states.remove(device)
    print(f"{device} was removed; certificates: {deleted}")


def _show_all(removal: DeviceRemoval) -> None:
    things, attachments = removal.things(), removal.attachments()
    for thing in things:
        print(f"thing {thing}")
    for attachment in attachments:
        print(attachment)
    print(f"would be removed: {len(things)} things, {len(attachments)} attachments of policies")


def _remove_all(removal: DeviceRemoval, cloud: Cloud) -> None:
    # The allow-list first: otherwise the device could register again at once. The state last: it may still send.
    shut_out, forget = DeviceAllowList(cloud).remove, States(cloud).remove
    removed = removal.everything(ProgressLines().show, shut_out, forget)
    print(f"removed: {removed.things} things, {removed.certificates} certificates")
    for arn in removed.kept:
        print(f"kept, because something else uses it: {short(arn)}")
