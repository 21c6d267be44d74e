"""The allow-list on moto, and the hook wired anew for each test."""

from __future__ import annotations

import logging

import pytest

from lambda_src.common.aws import clients
from lambda_src.provisioning_hook import handler
from lambda_src.provisioning_hook.settings import ProvisioningHookSettings

TABLE = "allowed-devices"


@pytest.fixture(autouse=True)
def hook_surroundings(surroundings, monkeypatch):
    settings = ProvisioningHookSettings(
        environment_suffix="test", allowed_devices_table=TABLE, reserved_devices=("data",)
    )
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)
    _forget()
    yield
    _forget()


def _forget():
    handler.wire.cache_clear()
    logging.root.manager.loggerDict.pop(handler.SERVICE, None)


@pytest.fixture
def allowed(aws):
    """Puts an entry on the list, and gives an entry back."""
    clients.dynamodb().create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "serial_number", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "serial_number", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return Entries()


class Entries:
    def put(self, serial="press-1", **values):
        item = {"serial_number": serial, "status": "ALLOWED", **values}
        clients.dynamodb().put_item(TableName=TABLE, Item={name: {"S": value} for name, value in item.items()})

    def get(self, serial="press-1"):
        found = clients.dynamodb().get_item(TableName=TABLE, Key={"serial_number": {"S": serial}}).get("Item", {})
        return {name: value["S"] for name, value in found.items()}
