"""The devices table on moto, and presence wired anew for each test."""

from __future__ import annotations

import logging

import pytest

from lambda_src.common.aws import clients
from lambda_src.common.device_index import INDEX
from lambda_src.presence import handler
from tests.unit.functions.presence.factories import TABLE


@pytest.fixture(autouse=True)
def presence_surroundings(surroundings):
    _forget()
    yield
    _forget()


def _forget():
    handler.wire.cache_clear()
    logging.root.manager.loggerDict.pop(handler.SERVICE, None)


@pytest.fixture
def devices(aws):
    """The client of a deployment's devices table."""
    clients.dynamodb().create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "device_id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "device_id", "AttributeType": "S"},
            {"AttributeName": "status_bucket", "AttributeType": "S"},
            {"AttributeName": "heard_ms", "AttributeType": "N"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX,
                "KeySchema": [
                    {"AttributeName": "status_bucket", "KeyType": "HASH"},
                    {"AttributeName": "heard_ms", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return clients.dynamodb()
