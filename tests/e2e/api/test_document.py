"""The API answers as its OpenAPI document says, whatever is asked: schemathesis makes the requests and is the judge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Keys
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lib.api.routes import ROUTES

if TYPE_CHECKING:
    from local.run.deployment import Deployment

pytestmark = [pytest.mark.e2e, pytest.mark.terraform]

DOCUMENT = json.loads((Path(__file__).resolve().parents[3] / "docs" / "openapi.json").read_text(encoding="utf-8"))
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
REQUESTS = 60
"""A route and mode, each with a fixed seed."""
ROLES = {"POST": "api_writer_role_arn", "GET": "api_reader_role_arn"}


class Signature(requests.auth.AuthBase):
    """Signs each request as one of the API's callers."""

    def __init__(self, keys: Keys, region: str) -> None:
        self._signer = SigV4Auth(keys, "execute-api", region)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body.encode() if isinstance(request.body, str) else request.body
        # Only what belongs to the message is signed; requests fills in the rest later.
        kept = {name: value for name, value in request.headers.items() if name.lower() == "content-type"}
        signed = AWSRequest(method=request.method, url=request.url, data=body or b"", headers=kept)
        self._signer.add_auth(signed)
        request.headers.update(dict(signed.headers))
        return request


def session_of(deployment: Deployment, method: str) -> requests.Session:
    clients = deployment.clients
    keys = clients.assume(deployment.outputs[ROLES[method]], "schemathesis")
    session = requests.Session()
    session.trust_env = False
    session.verify = str(clients.trusted)
    session.auth = Signature(Keys(keys.access_key, keys.secret_key, keys.session_token), clients.region)
    return session


@pytest.mark.parametrize("mode", ["positive", "negative"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)
def test_every_response_is_documented_and_none_is_a_server_error(
    serverless: Deployment, url: str, route: Any, mode: str
) -> None:
    operation = SCHEMA[route.path][route.method]
    session = session_of(serverless, route.method)
    answers: set[int] = set()

    @seed(20260131)
    @settings(
        max_examples=REQUESTS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=schemathesis.GenerationMode(mode)))
    def ask(case: Any) -> None:
        response = case.call(base_url=url, session=session, timeout=30, verify=session.verify)
        answers.add(response.status_code)
        case.validate_response(response, checks=CHECKS)

    ask()
    session.close()
    assert answers
