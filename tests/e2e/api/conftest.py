"""One applied `serverless-api` for all tests of the HTTP API, and its callers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from local.environment import environment
from local.http import api_url, as_role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from local.run.deployment import Deployment
    from ops.http import HttpResponse, SignedHttp

JSON = {"Content-Type": "application/json"}
SETTLE_SECONDS = 240.0
"""The longest wait for a reading; a busy machine is far below."""


@dataclass(frozen=True)
class Caller:
    """Who asks, with the words that tests use."""

    http: SignedHttp

    def post(self, path: str, body: bytes, headers: Mapping[str, str] = JSON) -> HttpResponse:
        return self.http.request("POST", path, None, body, headers)

    def get(self, path: str, **query: object) -> HttpResponse:
        named = {name.rstrip("_"): value for name, value in query.items()}
        return self.http.request("GET", path, named)

    def readings(self, device_id: str, wanted: int, **query: object) -> list[dict[str, Any]]:
        """The device's readings, when there are as many as wanted; what there is in the end otherwise."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            items: list[dict[str, Any]] = self.get("/query", device_id=device_id, limit=1000, **query).json()["items"]
            if len(items) >= wanted or time.monotonic() > deadline:
                return items
            time.sleep(0.5)

    def state(self, device_id: str) -> dict[str, Any]:
        """The device's state, as soon as there is one; the refusal when there is none in the end."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while True:
            answer = self.get(f"/devices/{device_id}")
            if answer.status == 200 or time.monotonic() > deadline:
                found: dict[str, Any] = answer.json()
                return found
            time.sleep(0.5)


@pytest.fixture(scope="session")
def caller(serverless: Deployment) -> Iterator[Callable[[str], Caller]]:
    """A caller by the output that holds its role's ARN."""
    made: dict[str, Caller] = {}

    def of(role: str) -> Caller:
        if role not in made:
            made[role] = Caller(as_role(serverless.clients, serverless.outputs, role))
        return made[role]

    yield of
    for each in made.values():
        each.http.close()


@pytest.fixture(scope="session")
def writer(caller: Callable[[str], Caller]) -> Caller:
    return caller("api_writer_role_arn")


@pytest.fixture(scope="session")
def reader(caller: Callable[[str], Caller]) -> Caller:
    return caller("api_reader_role_arn")


@pytest.fixture(scope="session")
def url(serverless: Deployment) -> str:
    return api_url(serverless.clients, serverless.outputs)


@pytest.fixture(scope="session")
def surroundings(serverless: Deployment, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    return environment(serverless, tmp_path_factory.mktemp("serverless"))
