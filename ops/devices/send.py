"""Send a command to a device on its command topic.

The device must be connected or have a persistent session; the broker keeps nothing for others. Use the shadow for a
desired state that must reach a device that is offline.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ops.devices.ids import device_id
from ops.errors import InputError

if TYPE_CHECKING:
    import argparse

    from ops.cloud import Cloud

LIMIT_BYTES = 131_072
"""Largest message (AWS IoT Core message broker limits)."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("device", metavar="ID")
    parser.add_argument("message", metavar="JSON", help='such as \'{"command": "restart"}\'; "-" reads standard input')


def run(options: argparse.Namespace, cloud: Cloud) -> None:
    device = device_id(options.device)
    given = sys.stdin.buffer.read() if options.message == "-" else options.message.encode("utf-8", "surrogateescape")
    payload = _payload(given)
    topic = cloud.outputs.need("iot_command_topic").replace("{device}", device)
    cloud.iot_data.publish(topic=topic, qos=1, payload=payload)
    print(f"published {len(payload)} bytes to {topic}")


def _payload(payload: bytes) -> bytes:
    """JSON in UTF-8, as devices expect it, whatever the terminal's encoding."""
    try:
        json.loads(payload.decode())
    except ValueError as error:
        raise InputError(f"the command must be JSON in UTF-8 ({error})") from error
    if len(payload) > LIMIT_BYTES:
        raise InputError(f"the command must be at most {LIMIT_BYTES} bytes (got {len(payload)})")
    return payload
