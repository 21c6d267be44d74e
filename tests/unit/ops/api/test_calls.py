"""How long the commands are patient."""

from __future__ import annotations

from email.utils import formatdate
from time import time
from typing import Any

import pytest
from botocore import exceptions as boto
from botocore.awsrequest import HeadersDict

from ops.api.calls import ATTEMPTS, CAP_SECONDS, LONGEST_SECONDS, ApiClient, refusal
from ops.errors import FailedError
from ops.http import HttpResponse

URL = "https://127.0.0.1/"


def response(status, body=b"{}", **headers):
    return HttpResponse(status, HeadersDict({name.replace("_", "-"): value for name, value in headers.items()}), body)


class FakeHttp:
    """Gives or raises its script, one a request, the last one again and again."""

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.requests: list[Any] = []

    def request(self, *arguments):
        self.requests.append(arguments)
        step = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if isinstance(step, Exception):
            raise step
        return step


def calling(*script, draw=lambda: 0.5):
    waits: list[float] = []
    http: Any = FakeHttp(*script)
    return ApiClient(http, sleep=waits.append, draw=draw), waits


@pytest.mark.parametrize(
    "passing",
    [
        response(429),
        response(500),
        response(502, b"<html>"),
        response(503),
        response(504),
        boto.ConnectionClosedError(endpoint_url=URL, error="reset", request=None),
        boto.EndpointConnectionError(endpoint_url=URL, error="refused"),
        boto.ReadTimeoutError(endpoint_url=URL, error="late"),
        boto.ConnectTimeoutError(endpoint_url=URL, error="late"),
    ],
)
def test_what_passes_is_waited_for(passing):
    api, waits = calling(passing, passing, response(202))

    assert api.call("POST", "/ingest").status == 202
    assert (len(waits), api.repeated) == (2, 2)


@pytest.mark.parametrize("status", [200, 202, 400, 403, 404, 413, 422])
def test_every_other_answer_is_given_back_at_once(status):
    api, waits = calling(response(status))

    assert api.call("GET", "/query").status == status
    assert not waits


@pytest.mark.parametrize(
    "lasting",
    [
        boto.SSLError(endpoint_url=URL, error=ValueError("unknown authority")),
        boto.HTTPClientError(error="no certificates"),
    ],
)
def test_what_no_attempt_mends_is_raised_at_once(lasting):
    api, waits = calling(lasting)

    with pytest.raises(type(lasting)):
        api.call("GET", "/query")
    assert not waits


def test_waits_grow_up_to_a_cap_with_full_jitter():
    api, most = calling(response(503), draw=lambda: 1.0)
    with pytest.raises(FailedError):
        api.call("GET", "/query")
    api, least = calling(response(503), draw=lambda: 0.0)
    with pytest.raises(FailedError):
        api.call("GET", "/query")

    assert most == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, CAP_SECONDS, CAP_SECONDS]
    assert least == [0.0] * (ATTEMPTS - 1)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [("7", 7.0), (" 3 ", 3.0), ("0", 0.0), ("-5", 0.0), ("soon", 0.0), ("99999", LONGEST_SECONDS), ("²", 0.0)],
)
def test_the_api_is_given_the_time_that_it_asks_for(asked, waited):
    api, waits = calling(response(429, retry_after=asked), response(200), draw=lambda: 0.0)

    api.call("GET", "/query")

    assert waits == [waited]


def test_the_time_asked_for_may_be_a_date():
    api, waits = calling(response(503, Retry_After=formatdate(time() + 60, usegmt=True)), response(200))

    api.call("GET", "/query")

    assert waits[0] == pytest.approx(60, abs=3)


def test_patience_ends_with_the_last_problem_in_words():
    said = b'{"error": {"code": "throttled", "message": "Too many requests."}}'
    api, waits = calling(response(429, said))

    with pytest.raises(FailedError, match=r"failed after 10 attempts: 429 throttled: Too many requests\."):
        api.call("GET", "/query")
    assert len(waits) == ATTEMPTS - 1


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"code": "invalid_limit", "message": "No."}}', "400 invalid_limit: No."),
        (b'{"message": "Missing Authentication Token"}', "400 http_error: Missing Authentication Token"),
        (b"<html>", "400 http_error: the response gives no reason"),
        (b"[]", "400 http_error: the response gives no reason"),
        (b'{"error": "no"}', "400 http_error: the response gives no reason"),
        (b"\xff", "400 http_error: the response gives no reason"),
    ],
)
def test_a_refusal_is_told_in_the_words_of_whoever_refused(body, words):
    assert str(refusal(response(400, body))) == words
