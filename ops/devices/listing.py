"""List the devices with the status of their certificates and the time they were last seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ops.devices.certificates import Certificates
from ops.devices.tables import States, last_seen
from ops.printing import as_json, table

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud

COLUMNS = ("DEVICE", "CERTIFICATE", "STATUS", "LAST SEEN", "LINE")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    group = cloud.outputs.need("thing_group")
    pages = cloud.iot.get_paginator("list_things_in_thing_group").paginate(thingGroupName=group)
    things = sorted(thing for page in pages for thing in page["things"])
    states = States(cloud).of(things)
    certificates = Certificates(cloud.iot)
    rows = []
    for thing in things:
        state = states.get(thing, {})
        statuses = sorted(certificate.status for certificate in certificates.described(thing))
        rows.append((thing, statuses, state.get("status", ""), last_seen(state), state.get("production_line", "")))
    if options.json:
        names = ("device_id", "certificates", "status", "last_seen", "production_line")
        print(as_json([{n: value or None for n, value in zip(names, row, strict=True)} for row in rows]))
    else:
        print(table(COLUMNS, [(row[0], ", ".join(row[1]), *row[2:]) for row in rows]))
