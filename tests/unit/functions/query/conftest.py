"""A deployment of the query API on moto, wired anew for each test."""

from __future__ import annotations

import logging

import pytest

from lambda_src.common.aws import clients
from lambda_src.query_api import handler
from tests.unit.functions.query.deployment import KEY, SETTINGS, create_tables


@pytest.fixture(autouse=True)
def query_surroundings(surroundings, monkeypatch):
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)
    _forget()
    yield
    _forget()


def _forget():
    handler.wire.cache_clear()
    logging.root.manager.loggerDict.pop(handler.SERVICE, None)


@pytest.fixture
def deployed(aws):
    """The three tables, empty, and the key of the page tokens."""
    create_tables()
    client = clients.ssm()
    client.put_parameter(Name=SETTINGS.token_key_parameter, Value=KEY, Type="SecureString")  # type: ignore[attr-defined]
    return client
