"""The frame around every HTTP function: the gateway's event in, an answer or a refusal out."""

from __future__ import annotations

import pytest

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.http.answers import answer
from lambda_src.common.http.errors import HttpError
from lambda_src.common.http.respond import respond
from lambda_src.common.http.wire import read_request
from lambda_src.common.telemetry import logger
from tests.unit.functions.factories import NOW_MS
from tests.unit.functions.http_events import CALLER, REQUEST_ID, content, error_code, http_event


def through(route, event=None, service="http-test"):
    return respond(event or http_event(), {"/ingest": {"POST": route, "PUT": route}}, logger(service))


def raising(error):
    def route(_request):
        raise error

    return route


def test_a_request_has_what_the_gateway_says_of_it():
    request = read_request(
        http_event(
            "GET",
            "/devices/{device_id}",
            path="/plant/devices/a%3A1",
            pathParameters={"device_id": "a%3A1"},
            queryStringParameters={"limit": "5"},
            headers={"Idempotency-Key": "k", "ACCEPT": "*/*"},
            body="text",
        )
    )

    assert (request.method, request.resource, request.path) == ("GET", "/devices/{device_id}", "/plant/devices/a%3A1")
    assert request.path_params == {"device_id": "a:1"}
    assert request.query == {"limit": "5"}
    assert request.headers == {"idempotency-key": "k", "accept": "*/*"}
    assert request.body == b"text"
    assert (request.caller, request.request_id, request.arrived_ms) == (CALLER, REQUEST_ID, NOW_MS)


def test_missing_parts_of_a_request_are_empty_never_null():
    request = read_request(http_event(headers=None, caller=None))

    assert request.headers == request.query == request.path_params == {}
    assert request.body == b""
    assert request.caller == ""


@pytest.mark.parametrize(
    ("body", "expected"),
    [(b"\x00\xff", b"\x00\xff"), ("°", "°".encode()), ("\ud800", b"\xed\xa0\x80"), ("\x00", b"\x00"), ("", b"")],
)
def test_a_body_comes_through_as_bytes(body, expected):
    assert read_request(http_event(body=body)).body == expected


@pytest.mark.parametrize("body", ["not base64!", "a", "\ud800", "é"])
def test_a_body_that_claims_to_be_base64_is_refused(body):
    refused = through(lambda _request: pytest.fail("reached"), http_event(body=body, isBase64Encoded=True))

    assert refused["statusCode"] == 400
    assert error_code(refused) == "invalid_body"


def test_an_answer_is_json_that_nobody_keeps():
    given = answer(202, {"accepted": 1, "name": "°"}, {"X-Extra": "1"})

    assert given["statusCode"] == 202
    assert given["headers"]["X-Extra"] == "1"
    assert content(given) == {"accepted": 1, "name": "°"}


def test_a_refusal_has_its_status_code_sentence_extras_and_headers():
    error = HttpError(429, "throttled", "Too much.", {"rejected": [1]}, {"Retry-After": "2"})

    refused = through(raising(error))

    assert refused["statusCode"] == 429
    assert refused["headers"]["Retry-After"] == "2"
    said = {"code": "throttled", "message": "Too much.", "request_id": REQUEST_ID}
    assert content(refused) == {"error": said, "rejected": [1]}


@pytest.mark.parametrize("route", [lambda _request: answer(200, {}), raising(HttpError(400, "no", "No."))])
def test_with_an_origin_set_every_answer_names_it(route):
    named = respond(
        http_event(), {"/ingest": {"POST": route}}, logger("http-test"), cors_origin="https://plant.example"
    )

    assert named["headers"]["Access-Control-Allow-Origin"] == "https://plant.example"
    assert "Access-Control-Allow-Origin" not in through(route)["headers"]


def test_temporary_failures_are_503_with_retry_after_without_the_cause(capsys):
    refused = through(raising(TemporaryFailureError("table r-1 is throttled")), service="http-test-log")

    assert refused["statusCode"] == 503
    assert refused["headers"]["Retry-After"] == "1"
    assert error_code(refused) == "try_again"
    assert "r-1" not in refused["body"]
    assert "r-1" in capsys.readouterr().out


def test_what_only_a_deployment_mends_is_raised():
    with pytest.raises(KeyError):
        through(raising(KeyError("TABLE")))


def test_unknown_paths_are_404_other_methods_405_with_allow():
    nowhere = through(raising(AssertionError), http_event("POST", "/{proxy+}"))
    other = through(raising(AssertionError), http_event("DELETE"))

    assert (nowhere["statusCode"], error_code(nowhere)) == (404, "not_found")
    assert (other["statusCode"], error_code(other)) == (405, "method_not_allowed")
    assert other["headers"]["Allow"] == "POST, PUT"
