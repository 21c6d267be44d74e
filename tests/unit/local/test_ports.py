"""A port that was promised to a server stays its own until the server is gone."""

from __future__ import annotations

import socket

import pytest

from local.embedded.ports import LOOPBACK, held_port, require_free
from local.errors import RunError


def listener(port: int, *, reuse: bool) -> socket.socket:
    """A socket as a server opens it."""
    server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
    try:
        server.bind((LOOPBACK, port))
    except OSError:
        server.close()
        raise
    server.listen()
    return server


def test_a_held_port_is_given_to_nobody_else() -> None:
    with held_port() as port, pytest.raises(OSError, match="in use"):
        listener(port, reuse=False)


def test_a_server_of_ours_listens_on_a_held_port() -> None:
    with held_port() as port, listener(port, reuse=True), socket.create_connection((LOOPBACK, port), 5) as client:
        assert client.getpeername() == (LOOPBACK, port)


def test_ports_that_are_held_together_differ() -> None:
    with held_port() as first, held_port() as second, held_port() as third:
        assert len({first, second, third}) == 3


def test_a_port_is_free_again_afterwards() -> None:
    with held_port() as port:
        pass
    assert require_free(port) == port


def test_a_port_in_use_is_refused_by_name() -> None:
    with (
        held_port() as port,
        listener(port, reuse=True),
        pytest.raises(RunError, match=f"--port {port} cannot be used"),
    ):
        require_free(port)
