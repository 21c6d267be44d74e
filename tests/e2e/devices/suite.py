"""The integration suite as a user runs it against a local deployment: in a process of its own, by its outputs file."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.outputs import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.run.deployment import Deployment

PROJECT = Path(__file__).resolve().parents[3]
_FAILED = re.compile(r"^(?:FAILED|ERROR) \S+::(\S+)", re.MULTILINE)
_PASSED = re.compile(r"(\d+) passed")


@dataclass(frozen=True)
class Verdict:
    """Exit status, names of what failed, how many passed, and all that was printed."""

    status: int
    failed: frozenset[str]
    passed: int
    text: str


def environment(deployment: Deployment, folder: Path) -> dict[str, str]:
    """The standard variables of AWS and of OpenSSL, and where the outputs are.

    The broker's address is put right there: MiniStack's DescribeEndpoint gives a name that no resolver knows.
    """
    clients = deployment.clients
    file = folder / "flat-outputs.json"
    write({**deployment.outputs, "iot_endpoint": f"{clients.mqtt.host}:{clients.mqtt.port}"}, file)
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


def run(address: Mapping[str, str], *, wait_seconds: float) -> Verdict:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/integration", "-q", "-p", "no:cacheprovider", "--tb=short"],
        cwd=PROJECT,
        env={**address, "INTEGRATION_WAIT_SECONDS": str(wait_seconds), "CI": "true"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    text = done.stdout + done.stderr
    passed = _PASSED.search(text)
    return Verdict(done.returncode, frozenset(_FAILED.findall(text)), int(passed[1]) if passed else 0, text)
