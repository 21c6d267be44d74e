"""Starts the servers, and ends them whatever happens to the process that asked for them.

Run as `python -m local.embedded.keeper` in a session of its own. It reads one line of JSON from its standard
input, a `Charge`, starts the servers and then waits for that input to end. The kernel closes the other end of a
pipe when its owner ends for any reason, SIGKILL included, so nothing outlives the run: neither a server, nor
the Lambda workers that a server started, nor the folder with their state.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass

import msgspec

GRACE_SECONDS = 3.0


@dataclass(frozen=True)
class Server:
    """One program to run: its arguments, its whole environment and the file that takes its output."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str]
    log: str


@dataclass(frozen=True)
class Charge:
    """What a keeper looks after; `folder` is removed at the end, or kept when it is None."""

    servers: tuple[Server, ...]
    folder: str | None


def _start(server: Server) -> "subprocess.Popen[bytes]":
    with open(server.log, "ab") as log:
        return subprocess.Popen(
            server.argv, env=server.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


def _end(processes: list["subprocess.Popen[bytes]"], folder: str | None) -> None:
    """Ask the whole process group to stop, clean up, then stop what is left, this process included."""
    os.killpg(0, signal.SIGTERM)
    for process in processes:
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Start the servers of the charge on standard input, and end with the first of them or with that input."""
    # A handler and not SIG_IGN, which the servers would inherit.
    signal.signal(signal.SIGTERM, lambda *_: None)
    charge = msgspec.json.decode(sys.stdin.buffer.readline(), type=Charge)
    processes = [_start(server) for server in charge.servers]
    over = threading.Event()

    def watch_owner() -> None:
        sys.stdin.buffer.read()
        over.set()

    def watch_server(process: "subprocess.Popen[bytes]") -> None:
        process.wait()
        over.set()

    threading.Thread(target=watch_owner, daemon=True).start()
    for process in processes:
        threading.Thread(target=watch_server, args=(process,), daemon=True).start()
    over.wait()
    _end(processes, charge.folder)


if __name__ == "__main__":
    main()
