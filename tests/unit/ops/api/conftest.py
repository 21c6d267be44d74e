"""The commands against an API on the loopback interface."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from ops.__main__ import main
from ops.api import calls
from ops.http import SignedHttp
from tests.unit.ops.api.server import KEYS, REGION, serving

_connect = socket.socket.connect


@pytest.fixture
def server(surroundings, monkeypatch):
    """The only address that a test may speak to."""

    def connect(self, address):
        assert address[0] == "127.0.0.1", "a unit test tried to leave this machine"
        return _connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(calls, "BASE_SECONDS", 0.001)
    for name, value in zip(
        ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        (KEYS.access_key, KEYS.secret_key, KEYS.token),
        strict=True,
    ):
        monkeypatch.setenv(name, value)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    with serving() as server:
        outputs = {"aws_region": REGION, "api_url": server.url}
        Path("cfn-outputs/flat-outputs.json").write_text(json.dumps(outputs))
        yield server


@pytest.fixture
def http(server):
    return SignedHttp(KEYS, REGION, server.url)


@pytest.fixture
def run(server, capsys):
    """Runs a command; gives its status, standard output and standard error."""

    def command(*arguments):
        status = main([str(argument) for argument in arguments])
        text = capsys.readouterr()
        return status, text.out, text.err

    return command
