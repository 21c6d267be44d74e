"""Signed requests as they arrive on the other side."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ConnectionClosedError

from ops.errors import InputError
from ops.http import SignedHttp, checked_url
from tests.unit.ops.api.server import KEYS, REGION, RESET, Answer

TEXT = "a b+c/d?e&f=g%h~ü:2025-01-01T00:00:00+01:00"


def test_a_query_arrives_as_it_was_and_its_signature_fits(http, server):
    server.answers = [Answer({"items": []}, headers={"X-Amzn-RequestId": "r-1"})]

    response = http.request("GET", "/query", {"device_id": TEXT, "limit": 5})

    (asked,) = server.asked
    assert (asked.method, asked.path) == ("GET", "/prod/query")
    assert asked.query == {"device_id": TEXT, "limit": "5"}
    assert asked.signed_by(KEYS)
    assert not asked.signed_by(Credentials("AKIATEST", "another", "token"))
    assert asked.headers["x-amz-security-token"] == "token"
    assert (response.status, response.json(), response.headers["x-amzn-requestid"]) == (200, {"items": []}, "r-1")


def test_a_path_is_escaped_and_its_signature_fits(http, server):
    http.request("GET", "/devices/a:b c")

    (asked,) = server.asked
    assert asked.target == "/prod/devices/a%3Ab%20c"
    assert asked.signed_by(KEYS)


def test_body_and_headers_are_signed(http, server):
    http.request("POST", "/ingest", body=b"[1]", headers={"Idempotency-Key": "k", "Content-Type": "application/json"})

    (asked,) = server.asked
    assert asked.body == b"[1]"
    assert asked.signed_by(KEYS)
    assert not asked._replace(body=b"[2]").signed_by(KEYS)
    assert "content-type;host;idempotency-key" in asked.headers["authorization"]


def test_a_body_does_not_wait_until_its_headers_are_acknowledged(http, server, monkeypatch):
    without_delay = []
    sent = socket.socket.sendall

    def sendall(self, *args):
        if self.getpeername()[1] == urlsplit(server.url).port:
            without_delay.append(self.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        return sent(self, *args)

    # Both ends run here: only what goes to the server counts.
    monkeypatch.setattr(socket.socket, "sendall", sendall)
    http.request("POST", "/ingest", body=b"[1]")

    assert without_delay
    assert all(without_delay)


def test_an_error_is_an_answer_like_any_other(http, server):
    server.answers = [Answer(b"<html>", 502)]

    response = http.request("GET", "/query")

    assert (response.status, response.body) == (502, b"<html>")
    with pytest.raises(ValueError):
        response.json()


def test_a_broken_connection_is_the_callers_to_judge(http, server):
    server.answers = [RESET]

    with pytest.raises(ConnectionClosedError):
        http.request("GET", "/query")


def test_the_keys_are_asked_for_at_each_request(server):
    class Renewed(Credentials):
        asked = 0

        def get_frozen_credentials(self):
            self.asked += 1
            return Credentials(f"KEY{self.asked}", "secret").get_frozen_credentials()

    http = SignedHttp(Renewed("a", "b"), REGION, server.url + "/")
    http.request("GET", "/query")
    http.request("GET", "/query")

    assert ["KEY1" in server.asked[0].headers["authorization"], "KEY2" in server.asked[1].headers["authorization"]] == [
        True,
        True,
    ]


@pytest.mark.parametrize("url", ["", "api", "ftp://a/b", "https://", "https://a/b?c=d", "https://a:99999/", "//a/b"])
def test_what_is_no_address_of_an_api_is_bad_input(url):
    with pytest.raises(InputError, match="is not the URL of an API"):
        checked_url(url)
