"""The table of runs as far as it is queried, and the query API in front of it: quick enough for thousands of pages."""

from __future__ import annotations

import copy
from typing import Any, cast

from lambda_src.common.device_status import StatusWords
from lambda_src.common.http.respond import respond
from lambda_src.common.runtime_config import ConfigSource
from lambda_src.common.telemetry import Counters, logger
from lambda_src.processor.stores.runs import RunStore
from lambda_src.query_api.api import QueryApi
from lambda_src.query_api.devices import DeviceReader
from lambda_src.query_api.handler import SERVICE
from lambda_src.query_api.processed import RunPages
from lambda_src.query_api.token_key import TokenKey
from lambda_src.query_api.tokens import Tokens
from tests.unit.functions.factories import IN_TURN, NOW_MS, deadline
from tests.unit.functions.fake_dynamodb import FakeDynamo
from tests.unit.functions.http_events import http_event
from tests.unit.functions.query.deployment import KEY, YEARS, found


class FakeRuns(FakeDynamo):
    """Answers queries like the service: a page cut by a limit has a key to continue from, even at the very end."""

    def __init__(self) -> None:
        super().__init__()
        self.queries: list[int] = []
        """How many items each query went through."""

    def query(self, **request: Any) -> dict[str, Any]:
        assert request["KeyConditionExpression"] == "device_id = :device AND run BETWEEN :low AND :high"
        assert request["ConsistentRead"]
        values = request["ExpressionAttributeValues"]
        device, low, high = (values[name]["S"] for name in (":device", ":low", ":high"))
        assert low <= high
        forward = request["ScanIndexForward"]
        keys = sorted((run for of, run in self.items if of == device and low <= run <= high), reverse=not forward)
        if "ExclusiveStartKey" in request:
            after = request["ExclusiveStartKey"]["run"]["S"]
            keys = [run for run in keys if (run > after if forward else run < after)]
        page = [self.items[device, run] for run in keys[: request["Limit"]]]
        self.queries.append(len(page))
        answer: dict[str, Any] = {"Items": page, "ScannedCount": len(page)}
        if "FilterExpression" in request:
            assert request["FilterExpression"] == "sensor_type = :sensor"
            answer["Items"] = [item for item in page if item["sensor_type"] == values[":sensor"]]
        if len(page) == request["Limit"]:
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in ("device_id", "run")}
        return copy.deepcopy(answer)


class FakeParameters:
    """A parameter store with one value; ``script`` is raised first."""

    def __init__(self, *script: Exception, value: str = KEY) -> None:
        self.value = value
        self.script = list(script)
        self.reads = 0

    def get_parameter(self, *, Name: str, WithDecryption: bool = False) -> Any:  # noqa: N803  # the SDK's names
        assert WithDecryption, "a SecureString comes encrypted otherwise"
        self.reads += 1
        if self.script:
            raise self.script.pop(0)
        return {"Parameter": {"Name": Name, "Value": self.value}}


class NoDevices:
    """A table of states that knows nobody."""

    def query(self, **_: Any) -> dict[str, Any]:
        return {"Items": []}

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {}


class Plant:
    """A table of runs that batches are written to, and a caller that pages through it."""

    def __init__(self) -> None:
        self.table = FakeRuns()
        self._store = RunStore(cast("Any", self.table), "readings", IN_TURN, kept_days=YEARS, now_ms=lambda: NOW_MS)
        client = cast("Any", self.table)
        counters = Counters(namespace="test", service=SERVICE, environment="test")
        self._api = QueryApi(
            processed=RunPages(client, "readings"),
            raw=None,
            devices=DeviceReader(cast("Any", NoDevices()), "devices", StatusWords({})),
            tokens=Tokens(TokenKey(FakeParameters, "key")),
            config=ConfigSource("", service=SERVICE, counters=counters),
            counters=counters,
        )

    def store(self, entries: Any) -> None:
        assert list(self._store.write(entries, deadline()).failed) == []

    def ask(self, *, at_ms: int = NOW_MS, **parameters: Any) -> Any:
        """As `deployment.ask`, for ``/query``."""
        return self.answer(
            {name.rstrip("_"): str(value) for name, value in parameters.items() if value is not None}, at_ms=at_ms
        )

    def answer(
        self,
        given: Any,
        resource: str = "/query",
        path: Any = None,
        *,
        method: str = "GET",
        at_ms: int = NOW_MS,
        **more: Any,
    ) -> Any:
        """``more`` are further members of the event."""
        event = http_event(method, resource, queryStringParameters=given, pathParameters=path, arrived_ms=at_ms, **more)
        return respond(event, self._api.routes, logger(SERVICE))

    def page(self, **parameters: Any) -> Any:
        return found(self.ask(**parameters))
