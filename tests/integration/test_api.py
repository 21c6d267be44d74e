"""The HTTP API lets in whom it should, no faster than it should, and writes down who came."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from ssl import create_default_context
from typing import TYPE_CHECKING

import pytest

from tests.integration.entrypoints import JSON

if TYPE_CHECKING:
    from tests.integration.live import Live

pytestmark = pytest.mark.needs("api_id")

NOBODY = b'{"device_id": "integration-nobody", "sensor_type": "temperature"}'
"""No reading, so that nothing would be stored if it got in."""
SENDS = ("/ingest", "/process")
ASKS = ("/query?device_id=integration-nobody", "/devices", "/devices/integration-nobody")


@pytest.mark.parametrize("path", [*SENDS, *ASKS])
def test_nobody_gets_in_unsigned(live: Live, path: str) -> None:
    url = live.outputs["api_url"] + path
    request = urllib.request.Request(url, NOBODY if path in SENDS else None, JSON)
    context = create_default_context(cafile=os.environ.get("AWS_CA_BUNDLE"))
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, context=context)
    assert refused.value.code == 403


@pytest.mark.parametrize("path", SENDS)
def test_who_may_read_may_not_send(live: Live, path: str) -> None:
    assert live.http("api_reader_role_arn").request("POST", path, None, NOBODY, JSON).status == 403


@pytest.mark.parametrize("path", ASKS)
def test_who_may_send_may_not_read(live: Live, path: str) -> None:
    path, _, query = path.partition("?")
    parameters = dict([query.split("=")]) if query else None
    assert live.http("api_writer_role_arn").request("GET", path, parameters).status == 403


def test_the_stage_is_throttled_logged_and_traced(live: Live) -> None:
    stage = live.client("apigateway").get_stage(restApiId=live.outputs["api_id"], stageName=live.outputs["api_stage"])
    limits = stage["methodSettings"]["*/*"]
    assert limits["throttlingRateLimit"] > 0
    assert limits["throttlingBurstLimit"] > 0
    assert stage["tracingEnabled"]
    log = stage["accessLogSettings"]
    assert ":log-group:" in log["destinationArn"]
    assert "$context.requestId" in log["format"]


def test_the_key_of_page_tokens_is_encrypted_with_our_key(live: Live) -> None:
    parameter = live.parameter("token_key_parameter")
    assert (parameter["Type"], parameter["KeyId"]) == ("SecureString", live.outputs["kms_key_arn"])
