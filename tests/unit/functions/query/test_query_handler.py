"""The query function from its environment to its metrics."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.query_api.handler import wire
from lambda_src.query_api.settings import QuerySettings
from tests.unit.functions.query.deployment import SETTINGS, ask, at, found, refused, store


def metrics(captured):
    lines = [json.loads(line) for line in captured.out.splitlines()]
    return [{name: line[name] for name in ("Queries", "ItemsReturned")} for line in lines if "Queries" in line]


def test_each_answer_counts_as_a_query_with_its_items(deployed, capsys):
    store(at(0, 1, 2))
    capsys.readouterr()

    ask(device_id="press-1")
    ask("/devices")
    ask(device_id="press 1")

    assert metrics(capsys.readouterr()) == [
        {"Queries": [1.0], "ItemsReturned": [3.0]},
        {"Queries": [1.0], "ItemsReturned": [0.0]},
    ]


def test_a_deployment_without_raw_messages_says_so(deployed, monkeypatch):
    monkeypatch.setenv("RAW_TABLE", "")

    assert refused(ask(device_id="press-1", table="raw")) == "invalid_table"


def test_pages_need_the_key_only_if_there_is_another(deployed, monkeypatch):
    monkeypatch.setenv("TOKEN_KEY_PARAMETER", "/test/no-such-key")
    store(at(0, 1))

    assert found(ask(device_id="press-1"))["next_token"] is None
    with pytest.raises(ClientError, match="ParameterNotFound"):
        ask(device_id="press-1", limit=1)


def test_a_missing_table_is_raised_for_the_gateway_to_answer(deployed):
    clients.dynamodb().delete_table(TableName="readings")

    with pytest.raises(ClientError, match="ResourceNotFound"):
        ask(device_id="press-1")


def test_the_allowed_origin_is_on_every_response(deployed, monkeypatch):
    monkeypatch.setenv("CORS_ORIGIN", "https://plant.example.com")

    for answer in (ask(device_id="press-1"), ask(device_id="press 1")):
        assert answer["headers"]["Access-Control-Allow-Origin"] == "https://plant.example.com"


def test_settings_come_back_from_the_environment_as_they_were():
    assert QuerySettings.from_env() == SETTINGS


def test_the_parts_are_made_once_a_container(deployed):
    assert wire() is wire()
