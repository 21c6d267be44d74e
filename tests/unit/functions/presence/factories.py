"""Devices in the table, and a presence that looks at them."""

from __future__ import annotations

from typing import Any

from lambda_src.common.alerting.publisher import Publisher
from lambda_src.common.aws import clients
from lambda_src.common.device_index import status_bucket
from lambda_src.presence.silence import Patience
from lambda_src.presence.states import DeviceStates
from lambda_src.presence.watch import Watch
from tests.unit.functions.factories import NOW_MS

TABLE = "devices"
PATIENCE = Patience(intervals=5, minimum_ms=300_000)
LONG_AGO = NOW_MS - 600_000
"""Ten minutes, twice the minimum."""


def put(device_id="press-1", **changes: Any) -> None:
    values: dict[str, Any] = {
        "status": "NORMAL",
        "heard_ms": LONG_AGO,
        "rhythm_ms": 1000,
        "updated_ms": LONG_AGO,
        "production_line": "line-1",
    }
    values |= changes
    values = {name: value for name, value in values.items() if value is not ...}
    values["status_bucket"] = status_bucket(values["status"], device_id)
    item = {name: {"S": value} if isinstance(value, str) else {"N": str(value)} for name, value in values.items()}
    clients.dynamodb().put_item(TableName=TABLE, Item={"device_id": {"S": device_id}, **item})


def status(device_id="press-1") -> str:
    key: Any = {"device_id": {"S": device_id}}
    return clients.dynamodb().get_item(TableName=TABLE, Key=key)["Item"]["status"]["S"]


def watch(sns: Any, *, client: Any = None, now_ms=lambda: NOW_MS) -> Watch:
    states = DeviceStates(client or clients.dynamodb(), TABLE)
    publisher = Publisher(sns, "arn:aws:sns:eu-central-1:123456789012:alerts", None)
    progress: Any = Healthy()
    return Watch(states, publisher, PATIENCE, progress, settle_ms=0, environment="test", now_ms=now_ms)


class Healthy:
    """The progress of a pipeline that is never behind."""

    def processed_until(self, now_ms: int) -> int:
        return now_ms


class Instead:
    """A client with some calls replaced; each replacement gets the call that it stands for."""

    def __init__(self, client: Any, **calls: Any) -> None:
        self._client = client
        self._calls = calls

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._client, name)
        if name not in self._calls:
            return real
        return lambda **request: self._calls[name](real, **request)
