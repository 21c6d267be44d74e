"""The servers of the embedded AWS, each with its whole environment."""

import os
import sys
from pathlib import Path

from local.embedded.certificate import ServerCertificate
from local.embedded.keeper import Server
from local.embedded.ports import LOOPBACK
from local.endpoints import Clients

_PROJECT = Path(__file__).resolve().parents[2]


def servers_of(folder: Path, clients: Clients, certificate: ServerCertificate) -> tuple[Server, Server]:
    """Timestream and MiniStack, at the addresses of the clients, with logs and temporary files in `folder`."""
    return _timestream(folder, clients), _ministack(folder, clients, certificate)


def _environment(folder: Path, **extra: str) -> dict[str, str]:
    """This process's environment without its AWS settings, which must not leak into the embedded account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return (
        kept
        | {"TMPDIR": str(folder), "PYTHONPATH": str(_PROJECT), "PYTHONUNBUFFERED": "1", "NO_PROXY": LOOPBACK}
        | extra
    )


def _ministack(folder: Path, clients: Clients, certificate: ServerCertificate) -> Server:
    """MiniStack with signatures, IAM, IoT policies and TLS enforced; its Lambda workers inherit this environment."""
    return Server(
        "MiniStack",
        (sys.executable, "-m", "local.embedded.ministack"),
        _environment(
            folder,
            AUTH="true",
            USE_SSL="1",
            MINISTACK_SSL_CERT=str(certificate.certificate),
            MINISTACK_SSL_KEY=str(certificate.key),
            AWS_CA_BUNDLE=str(certificate.certificate),
            BIND_HOST=LOOPBACK,
            IOT_MTLS_ENABLED="1",
            IOT_MTLS_PORT=str(clients.mqtt.port),
            GATEWAY_PORT=str(_port(clients.endpoint_url)),
            MINISTACK_HOST=LOOPBACK,
            MINISTACK_REGION=clients.region,
            MINISTACK_ACCOUNT_ID=clients.account,
            AWS_DEFAULT_REGION=clients.region,
            AWS_ACCESS_KEY_ID=clients.credentials.access_key,
            AWS_SECRET_ACCESS_KEY=clients.credentials.secret_key,
            AWS_ENDPOINT_URL=clients.endpoint_url,
            AWS_ENDPOINT_URL_TIMESTREAM_WRITE=clients.timestream_url,
            STATE_DIR=str(folder / "state"),
            S3_DATA_DIR=str(folder / "s3"),
            LOG_LEVEL="WARNING",
        ),
        str(folder / "ministack.log"),
    )


def _timestream(folder: Path, clients: Clients) -> Server:
    return Server(
        "Timestream",
        (sys.executable, "-m", "local.embedded.timestream", str(_port(clients.timestream_url))),
        _environment(
            folder,
            MOTO_ACCOUNT_ID=clients.account,
            AWS_DEFAULT_REGION=clients.region,
            AWS_ACCESS_KEY_ID=clients.credentials.access_key,
            AWS_SECRET_ACCESS_KEY=clients.credentials.secret_key,
        ),
        str(folder / "timestream.log"),
    )


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])
