"""Ports on the loopback interface."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from local.errors import RunError

LOOPBACK = "127.0.0.1"


@contextmanager
def held_port(port: int = 0) -> Iterator[int]:
    """`port`, or a free one, reserved for the length of a `with` block; a `RunError` where it cannot be had.

    The port is bound and not listened on. The kernel gives it to nobody who asks for any port, and a server that sets
    SO_REUSEADDR, as asyncio's and Werkzeug's do, listens on it all the same.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind((LOOPBACK, port))
        except OSError as cause:
            raise RunError(
                f"--port {port} cannot be used ({cause.strerror}); name a free port from 1024 to 65535 "
                "or leave the option out"
            ) from cause
        yield int(held.getsockname()[1])


def require_free(port: int) -> int:
    """`port`, when it can be bound; otherwise a `RunError` that names it."""
    with held_port(port):
        return port
