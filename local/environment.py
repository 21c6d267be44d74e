"""The environment in which other programs use a local deployment as if it were AWS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from local.http import api_url
from ops.flat_outputs import write

if TYPE_CHECKING:
    from pathlib import Path

    from local.run.deployment import Deployment


def environment(deployment: Deployment, folder: Path) -> dict[str, str]:
    """Return the standard variables of AWS and OpenSSL, and ``OUTPUTS_FILE``.

    Two addresses are corrected: no resolver knows the name that MiniStack's DescribeEndpoint returns, and the output
    ``api_url`` is an address of AWS.
    """
    clients = deployment.clients
    file = folder / "flat-outputs.json"
    addresses: dict[str, str] = {}
    if "iot_endpoint" in deployment.outputs:
        addresses["iot_endpoint"] = f"{clients.mqtt.host}:{clients.mqtt.port}"
    if "api_id" in deployment.outputs:
        addresses["api_url"] = api_url(clients, deployment.outputs)
    write({**deployment.outputs, **addresses}, file)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    return kept | {
        "AWS_ENDPOINT_URL": clients.endpoint_url,
        "AWS_ENDPOINT_URL_TIMESTREAM_WRITE": clients.timestream_url,
        "AWS_ENDPOINT_URL_TIMESTREAM_QUERY": clients.timestream_url,
        "AWS_CA_BUNDLE": str(clients.trusted),
        "AWS_ACCESS_KEY_ID": clients.credentials.access_key,
        "AWS_SECRET_ACCESS_KEY": clients.credentials.secret_key,
        "AWS_DEFAULT_REGION": clients.region,
        "SSL_CERT_FILE": str(clients.mqtt.trusted),
        "NO_PROXY": clients.mqtt.host,
        "OUTPUTS_FILE": str(file),
    }
