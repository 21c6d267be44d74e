"""What a replay in a process of its own speaks to: moto's S3 and a replay function, over HTTP on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from moto.server import ThreadedMotoServer

from tests.unit.ops.replay.functions import readings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]


@dataclass
class FunctionServer:
    """Answers invocations; the batch with the number ``hold`` is taken, and its answer waits until ``go``."""

    batches: list[list[float]] = field(default_factory=list)
    hold: int | None = None
    held: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)

    def take(self, event: dict[str, Any]) -> None:
        number = len(self.batches)
        self.batches.append([r.value for record in event["records"] for r in readings_of(record)])
        if number == self.hold:
            self.held.set()
            self.go.wait(60)


class Ended(NamedTuple):
    status: int
    output: str
    peak_kb: int
    """The most resident memory that the process had."""


_COMMAND = """
import re, sys
from pathlib import Path
from ops.__main__ import main
status = main(sys.argv[1:])
# What the kernel tells the parent counts the parent's own memory as well, from before the child became a program.
print("peak", re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
sys.exit(status)
"""


@dataclass(frozen=True)
class Surroundings:
    function: FunctionServer
    environment: dict[str, str]

    def start(self, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", _COMMAND, "replay", "--from", "2026-01-01", "--to", "2026-01-02", *options]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, *options: str) -> Ended:
        process = self.start(*options)
        output, _ = process.communicate(timeout=120)
        said, _, peak = output.rpartition("peak ")
        return Ended(process.returncode, said, int(peak))


@contextmanager
def surroundings() -> Iterator[Surroundings]:
    function = FunctionServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            function.take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answer = b'{"failed": [], "refused": {}, "counts": {}}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asked was killed
                self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            return

    s3 = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    s3.start()
    thread.start()
    try:
        host, port = s3.get_host_and_port()
        yield Surroundings(
            function,
            os.environ
            | {
                "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
                "AWS_ENDPOINT_URL_LAMBDA": f"http://127.0.0.1:{server.server_port}",
                "PYTHONPATH": str(ROOT),
                "NO_PROXY": "127.0.0.1",
            },
        )
    finally:
        function.go.set()
        server.shutdown()
        server.server_close()
        thread.join()
        s3.stop()
