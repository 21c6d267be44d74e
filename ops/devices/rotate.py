"""Give a device a new key and certificate, then withdraw the old one.

Both are valid in between, so that the device can switch. With --keep-old the old one stays valid until the same command
runs without it. The same command also resumes a rotation that failed or was interrupted.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ops.devices.certificates import Certificates, id_of
from ops.devices.files import DeviceFiles
from ops.devices.ids import device_id
from ops.devices.plan import Plan, PlanFile
from ops.devices.undo import take_back
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="ID")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the new key and certificate")
    parser.add_argument("--keep-old", action="store_true", help="keep the old certificate valid for now")


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    device = device_id(options.device)
    policy = cloud.outputs.need("device_policy")
    certificates = Certificates(cloud.iot)
    files, state = DeviceFiles(options.out, device), PlanFile(options.out, device)
    # Checked on resume too: the device may have been revoked meanwhile.
    standing = _require_active(device, certificates)
    plan = state.read() or _begin(device, standing, files, state)
    arn = plan.certificate or _make(plan, certificates, files, state)
    _require_not_revoked(arn, certificates, state)
    certificates.attach(arn, thing=device, policy=policy)
    certificates.activate(arn)
    print(f"the new certificate of {device} is active\nkey          {files.key}\ncertificate  {files.certificate}")
    if options.keep_old:
        print("the old certificate stays valid until the same command runs without --keep-old")
        return
    for old in plan.retire:
        certificates.withdraw(old, thing=device, status="INACTIVE")
    state.remove()
    print(f"old certificates withdrawn: {len(plan.retire)}")


def _begin(device: str, retire: list[str], files: DeviceFiles, state: PlanFile) -> Plan:
    files.make_key()
    plan = Plan(device, retire)
    try:
        state.write(plan)
    except BaseException:
        files.remove()
        raise
    return plan


def _make(plan: Plan, certificates: Certificates, files: DeviceFiles, state: PlanFile) -> str:
    """Create the new certificate. One that an earlier attempt created but did not record was never active."""
    arn, pem = certificates.create(files.signing_request())
    try:
        files.certificate.write_text(pem, encoding="ascii")
        state.write(msgspec.structs.replace(plan, certificate=arn))
    except BaseException:
        take_back(f"certificate {arn}", lambda: certificates.discard(arn, thing=plan.device))
        raise
    return arn


def _require_active(device: str, certificates: Certificates) -> list[str]:
    """Return the device's certificates. Raises `InputError` if none is active."""
    standing = certificates.described(device)
    if not any(certificate.status == "ACTIVE" for certificate in standing):
        raise InputError(f"{device} has no active certificate; use 'add' to create one")
    return [certificate.arn for certificate in standing]


def _require_not_revoked(arn: str, certificates: Certificates, state: PlanFile) -> None:
    standing = certificates.describe(id_of(arn))
    if standing is None or standing.status == "REVOKED":
        raise InputError(
            f"the new certificate was revoked meanwhile; delete {state.path} and start again in another folder"
        )
