"""The replay function's surroundings, its wiring made anew for each test."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from lambda_src.common.aws import clients
from lambda_src.processor import replay
from lambda_src.processor.replay_settings import ReplaySettings
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.fakes import FakeTimestream

SETTINGS: dict[str, Any] = {
    "environment_suffix": "test",
    "readings_table": "readings",
    # The function has the wall's clock, which is years ahead of these readings.
    "readings_days": 36_500,
}


@pytest.fixture(autouse=True)
def replay_surroundings(surroundings):
    _forget()
    yield
    _forget()


def _forget():
    replay.wire.cache_clear()
    logging.root.manager.loggerDict.pop(replay.SERVICE, None)


@pytest.fixture
def configure(monkeypatch):
    """Gives the function other settings, as a deployment does."""

    def change(**changes):
        for name, value in ReplaySettings(**(SETTINGS | changes)).to_env().items():
            monkeypatch.setenv(name, value)
        replay.wire.cache_clear()

    change()
    return change


@pytest.fixture
def runs(aws, configure):
    """The table of runs on moto."""
    clients.dynamodb().create_table(
        TableName="readings",
        KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}, {"AttributeName": "run", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("device_id", "run")],
        BillingMode="PAY_PER_REQUEST",
    )
    return lambda: clients.dynamodb().scan(TableName="readings")["Items"]


@pytest.fixture
def dynamo(configure, monkeypatch):
    """The tables of runs and of device states on a fake."""
    fake = FakeDynamo()
    configure(devices_table="devices")
    with monkeypatch.context() as patch:
        patch.setattr(clients, "dynamodb", lambda: fake)
        yield fake


@pytest.fixture
def timestream(configure, monkeypatch):
    """A fake Timestream, the only store."""
    fake = FakeTimestream()
    configure(readings_table="", timestream_database="history", timestream_table="readings")
    with monkeypatch.context() as patch:
        patch.setattr(clients, "timestream_write", lambda: fake)
        yield fake
