"""The environment in which other programs find a local deployment: as a user would set it up for AWS."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from local.http import api_url
from tests.support.outputs import write

if TYPE_CHECKING:
    from pathlib import Path

    from local.run.deployment import Deployment


def environment(deployment: Deployment, folder: Path) -> dict[str, str]:
    """The standard variables of AWS and of OpenSSL, and where the outputs are.

    Two addresses are put right there: MiniStack's DescribeEndpoint gives a name that no resolver knows, and an API's
    own address is one of AWS's.
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
