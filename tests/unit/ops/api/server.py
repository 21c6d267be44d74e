"""An API on the loopback interface that answers as a test says, and keeps what it was asked."""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

KEYS = Credentials("AKIATEST", "secret", "token")
REGION = "eu-central-1"


class Asked(NamedTuple):
    """``target`` is path and query as they came over the wire."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    def json(self) -> Any:
        return json.loads(self.body)

    def signed_by(self, keys: Credentials) -> bool:
        """Whether the signature is the one that these keys give what came over the wire."""
        names = self.headers["authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
        url = f"http://{self.headers['host']}{self.target}"
        request = AWSRequest(self.method, url, {name: self.headers[name] for name in names}, self.body)
        request.context["timestamp"] = self.headers["x-amz-date"]
        signer: Any = SigV4Auth(keys, "execute-api", REGION)
        signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
        return self.headers["authorization"].endswith(f"Signature={signature}")


class Answer(NamedTuple):
    """``body`` is what becomes JSON, or bytes as they are."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = MappingProxyType({})


RESET = Answer(status=0)
"""The connection breaks instead of an answer."""


class Server:
    """``answers`` are given one after the other, then ``route`` is asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.answers: list[Answer] = []
        self.route: Callable[[Asked], Answer] = lambda _asked: Answer(status=404)
        self.url = ""

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        return self.answers.pop(0) if self.answers else self.route(asked)


def refusal(
    status: int, code: str, message: str = "No.", headers: Mapping[str, str] | None = None, **more: Any
) -> Answer:
    return Answer({"error": {"code": code, "message": message, "request_id": "r"}, **more}, status, headers or {})


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            given = server.answer(Asked(self.command, self.path, headers, body))
            if given is RESET:
                # With nothing to linger for the system sends a reset.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            data = given.body if isinstance(given.body, bytes) else json.dumps(given.body).encode()
            self.send_response(given.status)
            for name, value in {"Content-Length": str(len(data)), **given.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _serve  # noqa: N815  # the standard library's names

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: object) -> None:
            """A connection that was reset on purpose is not an error."""

    with Quiet(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_address[1]}/prod"
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            http.shutdown()
