"""Whatever a caller sends, the answer is a sentence with a stable code, and never a fault of ours."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from ssl import create_default_context
from typing import TYPE_CHECKING

import pytest
from botocore.credentials import Credentials

from ops.http import SignedHttp
from tests.e2e.api.conftest import JSON, Caller

if TYPE_CHECKING:
    from local.run.deployment import Deployment
    from ops.http import HttpResponse

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

GOOD = b'{"device_id":"a","sensor_data":{"temperature":1}}'
DEEP = b"[" * 5_000 + b"]" * 5_000
BODIES = {
    "empty": (b"", 400, "invalid_body"),
    "no-json": (b"{", 400, "invalid_body"),
    "number": (b"5", 400, "invalid_body"),
    "empty-array": (b"[]", 400, "invalid_body"),
    "empty-object": (b"{}", 400, "invalid_body"),
    "deep": (DEEP, 400, "invalid_body"),
    "no-device": (b'{"sensor_data":{"temperature":1}}', 400, "no_valid_reading"),
    "nan": (b'{"device_id":"a","sensor_data":{"temperature":NaN}}', 400, "no_valid_reading"),
    "text-value": (b'{"device_id":"a","sensor_type":"t","value":"hot"}', 400, "no_valid_reading"),
    "unknown-fields": (b'{"device_id":"a","what":"ever"}', 400, "no_valid_reading"),
    "emoji-device": ('{"device_id":"\U0001f600","sensor_data":{"t":1}}'.encode(), 400, "no_valid_reading"),
    "nul-device": (b'{"device_id":"a\\u0000b","sensor_data":{"t":1}}', 400, "no_valid_reading"),
    "501-readings": (json.dumps([json.loads(GOOD)] * 501).encode(), 413, "too_many_readings"),
    "20-mb": (b"[" + b"1," * 10_000_000 + b"1]", 413, "body_too_large"),
}
QUERIES: dict[str, tuple[dict[str, object], str]] = {
    "no-device": ({}, "missing_parameter"),
    "limit-0": ({"device_id": "a", "limit": 0}, "invalid_limit"),
    "limit-100000": ({"device_id": "a", "limit": 100000}, "invalid_limit"),
    "from-after-to": ({"device_id": "a", "from": "2026-02-02T00:00Z", "to": "2026-02-01T00:00Z"}, "invalid_range"),
    "no-such-day": ({"device_id": "a", "event_date": "2026-02-30"}, "invalid_time"),
    "no-zone": ({"device_id": "a", "from": "2026-02-01T00:00:00"}, "invalid_time"),
    "sql": ({"device_id": "a' OR 1=1 --"}, "invalid_device_id"),
    "expression": ({"device_id": "a", "sensor_type": ":low AND #run"}, "invalid_sensor_type"),
    "emoji": ({"device_id": "\U0001f600"}, "invalid_device_id"),
    "nul": ({"device_id": "a\0b"}, "invalid_device_id"),
    "unknown-parameter": ({"device_id": "a", "where": "x"}, "unknown_parameter"),
    "table": ({"device_id": "a", "table": "users"}, "invalid_table"),
    "token": ({"device_id": "a", "next_token": "AAAA"}, "invalid_token"),
}


def refusal(answer: HttpResponse) -> tuple[int, str]:
    error = answer.json()["error"]
    assert set(error) == {"code", "message", "request_id"}
    assert " " in error["message"]
    assert b"Traceback" not in answer.body
    return answer.status, error["code"]


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("path", ["/ingest", "/process"])
def test_a_bad_body_is_refused_with_its_reason(writer: Caller, path: str, name: str) -> None:
    body, status, code = BODIES[name]
    assert refusal(writer.post(path, body)) == (status, code)


@pytest.mark.parametrize("name", QUERIES)
def test_a_bad_query_is_refused_with_its_reason(reader: Caller, name: str) -> None:
    query, code = QUERIES[name]
    assert refusal(reader.http.request("GET", "/query", query)) == (400, code)


def test_a_wrong_content_type_is_refused(writer: Caller) -> None:
    answer = writer.post("/ingest", b"a,b\n1,2", {"Content-Type": "text/csv"})
    assert refusal(answer) == (415, "unsupported_media_type")


def test_a_device_that_never_was_is_not_found(reader: Caller) -> None:
    assert refusal(reader.get("/devices/nobody")) == (404, "device_not_found")


def test_a_token_belongs_to_its_query(writer: Caller, reader: Caller) -> None:
    for device in ("token-a", "token-b"):
        body = [{"device_id": device, "sensor_data": {"t": n}, "timestamp": 1767225600 + n} for n in range(3)]
        writer.post("/process", json.dumps(body).encode())
    span = {"from": 1767225600, "to": 1767225700, "limit": 2}
    token = reader.http.request("GET", "/query", {"device_id": "token-a", **span}).json()["next_token"]
    own = reader.http.request("GET", "/query", {"device_id": "token-a", **span, "next_token": token})
    assert [item["value"] for item in own.json()["items"]] == [2]
    foreign = reader.http.request("GET", "/query", {"device_id": "token-b", **span, "next_token": token})
    assert refusal(foreign) == (400, "invalid_token")
    bent = reader.http.request("GET", "/query", {"device_id": "token-a", **span, "next_token": token[:-2] + "xx"})
    assert refusal(bent) == (400, "invalid_token")


def test_nobody_gets_in_unsigned(url: str, serverless: Deployment) -> None:
    request = urllib.request.Request(f"{url}/ingest", GOOD, JSON, method="POST")
    context = create_default_context(cafile=str(serverless.clients.trusted))
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, context=context)
    assert refused.value.code == 403
    assert json.loads(refused.value.read())["error"]["code"] == "not_signed"


def test_a_stranger_is_refused(url: str, serverless: Deployment) -> None:
    http = SignedHttp(
        Credentials("AKIAIOSFODNN7EXAMPLE", "x"),
        serverless.clients.region,
        url,
        verify=str(serverless.clients.trusted),
        proxies={},
    )
    assert Caller(http).post("/ingest", GOOD).status == 403


@pytest.mark.parametrize(
    ("role", "method", "path"),
    [
        ("api_reader_role_arn", "POST", "/ingest"),
        ("api_reader_role_arn", "POST", "/process"),
        ("api_writer_role_arn", "GET", "/query?device_id=a"),
        ("api_writer_role_arn", "GET", "/devices"),
        ("api_reader_role_arn", "DELETE", "/query"),
        ("api_writer_role_arn", "PUT", "/ingest"),
        ("api_reader_role_arn", "GET", "/nowhere"),
    ],
)
def test_a_role_may_do_its_own_and_nothing_else(caller: object, role: str, method: str, path: str) -> None:
    assert callable(caller)
    path, _, query = path.partition("?")
    parameters = dict([query.split("=")]) if query else None
    answer = caller(role).http.request(method, path, parameters, GOOD if method != "GET" else None, JSON)
    assert answer.status == 403
