"""Ports on the loopback interface."""

import socket

from local.errors import RunError

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """Return a port that nothing listens on now. The caller must bind it at once."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def require_free(port: int) -> int:
    """Return `port` if it can be bound. Raises `RunError` otherwise."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as cause:
            raise RunError(
                f"--port {port} cannot be used ({cause.strerror}); name a free port from 1024 to 65535 "
                "or leave the option out"
            ) from cause
    return port
