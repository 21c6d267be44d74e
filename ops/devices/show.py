"""Show a device: certificates, state, shadow, last readings, allow list entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from lambda_src.common.aws.objects import iso
from ops.devices.certificates import Certificates
from ops.devices.ids import device_id
from ops.devices.shadow import COLUMNS, shadow_of, side_by_side
from ops.devices.tables import DeviceAllowList, States, last_seen
from ops.errors import InputError
from ops.printing import as_json, table

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="ID")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    device = device_id(options.device)
    known: dict[str, Any] = {
        "device_id": device,
        "thing": _thing(device, cloud),
        "certificates": [certificate._asdict() for certificate in Certificates(cloud.iot).described(device)],
        "state": States(cloud).of([device]).get(device),
        "shadow": shadow_of(device, cloud),
        "allow_list": DeviceAllowList(cloud).entry(device) or None,
    }
    if not any(known[part] for part in ("thing", "state", "allow_list")):
        raise InputError(f"{device} is unknown; it has no thing and no state and is not on the allow list")
    print(as_json(known) if options.json else _text(known))


def _thing(device: str, cloud: Cloud) -> dict[str, Any] | None:
    try:
        thing = cloud.iot.describe_thing(thingName=device)
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        return None
    return {"type": thing.get("thingTypeName"), "attributes": thing.get("attributes", {})}


def _text(known: dict[str, Any]) -> str:
    state = known["state"] or {}
    entry = known["allow_list"] or {}
    thing = known["thing"] or {}
    shadow = known["shadow"]
    facts = (
        ("device", known["device_id"]),
        ("thing type", thing.get("type") or ""),
        ("status", state.get("status", "")),
        ("last seen", last_seen(state)),
        ("interval", f"{state['interval_ms'] / 1000:g} s" if state.get("interval_ms") else ""),
        ("line", state.get("production_line", "")),
        ("shadow", f"version {shadow['version']} of {shadow['updated']}" if shadow else ""),
        ("allow-list", " ".join(entry[name] for name in ("status", "note") if entry.get(name))),
    )
    parts = ["\n".join(f"{name:<12}{value or '-'}" for name, value in facts)]
    certificates = [(c["certificate_id"], c["status"], c["created"], c["expires"]) for c in known["certificates"]]
    if certificates:
        parts.append(table(("CERTIFICATE", "STATUS", "CREATED", "EXPIRES"), certificates))
    if views := side_by_side(state, shadow):
        parts.append(table(COLUMNS, views))
    sensors = sorted(state.get("sensors", {}).items())
    if sensors:
        rows = [(name, f"{s['value']:g}", iso(s["timestamp_ms"]), s.get("severity", "")) for name, s in sensors]
        parts.append(table(("SENSOR", "VALUE", "TIME", "SEVERITY"), rows))
    outages = sorted(state.get("outages", {}).items())
    if outages:
        parts.append(table(("NO VALUE", "SINCE"), [(name, iso(outage["since_ms"])) for name, outage in outages]))
    return "\n\n".join(parts)
