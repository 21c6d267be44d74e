"""Add a device with its own certificate. Its private key is created on this machine and stays here.

If a step fails, the earlier ones are undone. A thing without certificates is reused.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from ops.devices.certificates import Certificates
from ops.devices.files import DeviceFiles
from ops.devices.ids import new_device_id
from ops.devices.undo import take_back
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="ID")
    parser.add_argument(
        "--out", type=Path, default=Path(), metavar="DIR", help="folder for key and certificate; default: ."
    )


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    device = new_device_id(options.device, cloud.outputs)
    policy = cloud.outputs.need("device_policy")
    certificates = Certificates(cloud.iot)
    if certificates.of_thing(device):
        raise InputError(f"{device} already has a certificate; use 'rotate' to replace it")
    files = DeviceFiles(options.out, device)
    example = _example(device, files, cloud)
    with ExitStack() as undo:
        files.make_key()
        undo.callback(files.remove)
        arn, pem = certificates.create(files.signing_request())
        undo.callback(take_back, f"certificate {arn}", lambda: certificates.discard(arn, thing=device))
        if make_thing(device, cloud):
            undo.callback(take_back, f"thing {device}", lambda: cloud.iot.delete_thing(thingName=device))
            # A thing can only be deleted without principals, so the certificate is detached first.
            undo.callback(
                take_back,
                f"certificate {arn} of thing {device}",
                lambda: certificates.withdraw(arn, thing=device, status="INACTIVE"),
            )
        certificates.attach(arn, thing=device, policy=policy)
        files.certificate.write_text(pem, encoding="ascii")
        certificates.activate(arn)
        undo.pop_all()
    print(f"{device} was added\nkey          {files.key}\ncertificate  {files.certificate}\n{example}")


def make_thing(device: str, cloud: Cloud) -> bool:
    """Create a thing of the deployment's type in its group. Returns False if it exists already."""
    iot: Any = cloud.iot
    try:
        iot.describe_thing(thingName=device)
        made = False
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        iot.create_thing(thingName=device, thingTypeName=cloud.outputs.need("thing_type"))
        made = True
    try:
        iot.add_thing_to_thing_group(thingGroupName=cloud.outputs.need("thing_group"), thingName=device)
    except BaseException:
        if made:
            take_back(f"thing {device}", lambda: iot.delete_thing(thingName=device))
        raise
    return made


def _example(device: str, files: DeviceFiles, cloud: Cloud) -> str:
    endpoint = cloud.outputs.need("iot_endpoint")
    host, _, port = endpoint.partition(":")
    topic = cloud.outputs.need("iot_data_topic").replace("{device}", device)
    return "\n".join(
        (
            f"endpoint     {endpoint}",
            "try it with (the root certificate is at https://www.amazontrust.com/repository/AmazonRootCA1.pem):",
            f"  mosquitto_pub -h {host} -p {port or 8883} --cafile AmazonRootCA1.pem --cert {files.certificate} \\",
            f"    --key {files.key} -i {device} -q 1 -t {topic} \\",
            """    -m '{"sensor_type": "temperature", "value": 21.5}'""",
        )
    )
