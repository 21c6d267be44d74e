"""Start the servers and stop them, whatever happens to the process that asked for them.

Run as `python -m local.embedded.keeper` in its own session. It reads one line of JSON from standard input, a `Charge`,
starts the servers and waits for the end of this input. The kernel closes the other end of a pipe when its owner ends
for any reason, including SIGKILL. So nothing outlives the run: no server, no Lambda worker of a server, no folder with
their state.
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
    """One program to run: its arguments, its complete environment and its log file."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str]
    log: str


@dataclass(frozen=True)
class Charge:
    """What a keeper looks after. `folder` is removed at the end, unless it is None."""

    servers: tuple[Server, ...]
    folder: str | None


def _start(server: Server) -> "subprocess.Popen[bytes]":
    with open(server.log, "ab") as log:
        return subprocess.Popen(
            server.argv, env=server.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


def _end(processes: list["subprocess.Popen[bytes]"], folder: str | None) -> None:
    """Stop the process group, clean up, then kill what is left, including this process."""
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
    """Start the servers named on standard input, and stop when one of them or that input ends."""
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
