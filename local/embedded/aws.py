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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from local.devices.identity import MqttAddress
from local.embedded.certificate import ServerCertificate, make_certificate
from local.embedded.keeper import GRACE_SECONDS, Charge, Server
from local.embedded.ports import LOOPBACK, held_port
from local.embedded.servers import servers_of
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


def _await_servers(
    clients: Clients, servers: tuple[Server, Server], keeper: "subprocess.Popen[bytes]", trusted: Path
) -> None:
    """Wait until both servers answer, and save the authority of the MQTT broker."""
    timestream, ministack = servers
    _await_answer(f"{clients.timestream_url}/moto-api/", timestream, keeper, trusted)
    _await_answer(f"{clients.endpoint_url}/_ministack/health", ministack, keeper, trusted)
    _save_authority(f"{clients.endpoint_url}/_ministack/iot/ca.pem", clients.mqtt.trusted, trusted)


def _stop(keeper: "subprocess.Popen[bytes]") -> None:
    if keeper.stdin is not None:
        keeper.stdin.close()
    try:
        keeper.wait(4 * GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(keeper.pid, 9)
        keeper.wait()


@dataclass(frozen=True)
class _Ports:
    """Where the servers listen."""

    ministack: int
    timestream: int
    mqtt: int


@contextmanager
def _ports(ministack: int | None) -> Iterator[_Ports]:
    """Ports that nobody else gets as long as the servers may need them."""
    with ExitStack() as stack:
        first, *others = (stack.enter_context(held_port(port)) for port in (ministack or 0, 0, 0))
        yield _Ports(first, *others)


def _clients(region: str, ports: _Ports, folder: Path, certificate: ServerCertificate) -> Clients:
    """Clients for servers that are still to be started."""
    return Clients(
        endpoint_url=f"https://{LOOPBACK}:{ports.ministack}",
        timestream_url=f"http://{LOOPBACK}:{ports.timestream}",
        region=region,
        account=ACCOUNT,
        # MiniStack treats an access key id of twelve digits as the root of that account.
        credentials=Credentials(ACCOUNT, secrets.token_hex(20)),
        mqtt=MqttAddress(LOOPBACK, ports.mqtt, folder / "iot-ca.pem"),
        trusted=certificate.certificate,
    )


@contextmanager
def embedded_aws(region: str, *, port: int | None = None, keep: Path | None = None) -> Iterator[EmbeddedAws]:
    """Run the embedded AWS for the length of a `with` block.

    `port` is MiniStack's (default: a free one). Logs and temporary files go to a temporary folder that is removed at
    the end, or to `keep`, which stays. Raises `RunError` that says which server did not start and why.
    """
    folder = keep or Path(tempfile.mkdtemp(prefix="embedded-aws-"))
    folder.mkdir(parents=True, exist_ok=True)
    certificate = make_certificate(folder)
    with _ports(port) as ports:
        clients = _clients(region, ports, folder, certificate)
        servers = servers_of(folder, clients, certificate)
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
            _await_servers(clients, servers, keeper, certificate.certificate)
            yield EmbeddedAws(clients, folder)
        finally:
            _stop(keeper)
