"""The embedded AWS: both servers and their clients, for the length of a `with` block."""

import os
import secrets
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from local.devices.identity import MqttAddress
from local.embedded.certificate import ServerCertificate, make_certificate
from local.embedded.keeper import GRACE_SECONDS, Charge, Server
from local.embedded.ports import LOOPBACK, free_port
from local.endpoints import Clients, Credentials
from local.errors import RunError

ACCOUNT = "270414152128"  # Any 12 digits except MiniStack's default, so that a hard-coded account id is noticed.
START_SECONDS = 60.0
_PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class EmbeddedAws:
    """A running embedded AWS: its clients, and the folder with its logs and temporary files."""

    clients: Clients
    folder: Path


def _environment(folder: Path, **extra: str) -> dict[str, str]:
    """Return this process's environment without its AWS settings, which must not reach the embedded account."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return (
        kept
        | {"TMPDIR": str(folder), "PYTHONPATH": str(_PROJECT), "PYTHONUNBUFFERED": "1", "NO_PROXY": LOOPBACK}
        | extra
    )


def _ministack(folder: Path, clients: Clients, certificate: ServerCertificate) -> Server:
    """Return MiniStack with signatures, IAM, IoT policies and TLS enforced. Lambda workers inherit its environment."""
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


def _tail(log: Path) -> str:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return " | ".join(text.strip().splitlines()[-3:]) or "it wrote no log file"


def _opener(trusted: Path) -> urllib.request.OpenerDirector:
    context = ssl.create_default_context(cafile=str(trusted))
    # No proxy, whatever the environment has.
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))


def _save_authority(url: str, file: Path, trusted: Path) -> None:
    """Save the authority of the broker's certificate, like Amazon's root certificate for AWS."""
    with _opener(trusted).open(url, timeout=START_SECONDS) as answer:
        file.write_bytes(answer.read())


def _await_answer(url: str, server: Server, keeper: "subprocess.Popen[bytes]", trusted: Path) -> None:
    opener = _opener(trusted)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with opener.open(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return  # Any response, whatever its status, means that the server is up.
        except OSError:
            if keeper.poll() is not None or time.monotonic() > deadline:
                raise RunError(f"{server.name} did not start on {url}: {_tail(Path(server.log))}") from None
            time.sleep(0.1)


def _stop(keeper: "subprocess.Popen[bytes]") -> None:
    if keeper.stdin is not None:
        keeper.stdin.close()
    try:
        keeper.wait(4 * GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(keeper.pid, 9)
        keeper.wait()


def _clients(region: str, port: int, folder: Path, certificate: ServerCertificate) -> Clients:
    """Return clients for servers that are not started yet, on `port` and on free ports."""
    return Clients(
        endpoint_url=f"https://{LOOPBACK}:{port}",
        timestream_url=f"http://{LOOPBACK}:{free_port()}",
        region=region,
        account=ACCOUNT,
        # MiniStack treats an access key id of twelve digits as the root of that account.
        credentials=Credentials(ACCOUNT, secrets.token_hex(20)),
        mqtt=MqttAddress(LOOPBACK, free_port(), folder / "iot-ca.pem"),
        trusted=certificate.certificate,
    )


def _port(url: str) -> int:
    return int(url.rpartition(":")[2])


@contextmanager
def embedded_aws(region: str, *, port: int | None = None, keep: Path | None = None) -> Iterator[EmbeddedAws]:
    """Run the embedded AWS for the length of a `with` block.

    `port` is MiniStack's (default: a free one). Logs and temporary files go to a temporary folder that is removed at
    the end, or to `keep`, which stays. Raises `RunError` that says which server did not start and why.
    """
    folder = keep or Path(tempfile.mkdtemp(prefix="embedded-aws-"))
    folder.mkdir(parents=True, exist_ok=True)
    certificate = make_certificate(folder)
    clients = _clients(region, port or free_port(), folder, certificate)
    servers = (
        _timestream(folder, clients),
        _ministack(folder, clients, certificate),
    )
    keeper = subprocess.Popen(
        (sys.executable, "-m", "local.embedded.keeper"),
        stdin=subprocess.PIPE,
        cwd=_PROJECT,
        start_new_session=True,
    )
    try:
        assert keeper.stdin is not None
        charge = Charge(servers, None if keep else str(folder))
        keeper.stdin.write(msgspec.json.encode(charge) + b"\n")
        keeper.stdin.flush()
        _await_answer(f"{clients.timestream_url}/moto-api/", servers[0], keeper, certificate.certificate)
        _await_answer(f"{clients.endpoint_url}/_ministack/health", servers[1], keeper, certificate.certificate)
        _save_authority(f"{clients.endpoint_url}/_ministack/iot/ca.pem", clients.mqtt.trusted, certificate.certificate)
        yield EmbeddedAws(clients, folder)
    finally:
        _stop(keeper)
