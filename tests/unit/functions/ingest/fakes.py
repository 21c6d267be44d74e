"""Tables and a queue that throttle, break and take things only in part, which moto's never do."""

from __future__ import annotations

import copy
from typing import Any

from tests.unit.functions.fakes import client_error


class FakeTables:
    """Items by table and key. ``script`` says for each call what happens first: an exception is raised, a callable is
    called, a set names by index what BatchWriteItem leaves unprocessed.
    """

    def __init__(self, *script: Any) -> None:
        self.requests: dict[str, dict[str, Any]] = {}
        self.raw: dict[tuple[str, str], dict[str, Any]] = {}
        self.calls: list[str] = []
        self.script = list(script)

    def _step(self, name: str) -> Any:
        self.calls.append(name)
        step = self.script.pop(0) if self.script else ()
        if isinstance(step, Exception):
            raise step
        return (step() or ()) if callable(step) else step

    def put_item(self, *, TableName: str, Item: Any, **condition: Any) -> None:  # noqa: N803  # the SDK's names
        assert TableName == "requests"
        self._step("put_item")
        key = Item["request"]["S"]
        if condition and key in self.requests:
            now = int(condition["ExpressionAttributeValues"][":now"]["N"])
            if int(self.requests[key]["expires_at"]["N"]) > now:
                raise client_error("ConditionalCheckFailedException", Item=copy.deepcopy(self.requests[key]))
        self.requests[key] = copy.deepcopy(Item)

    def batch_write_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803
        ((table, puts),) = RequestItems.items()
        assert table == "raw"
        assert 1 <= len(puts) <= 25
        left = self._step("batch_write_item")
        for index, put in enumerate(puts):
            item = put["PutRequest"]["Item"]
            if index not in left:
                self.raw[item["device_id"]["S"], item["received"]["S"]] = copy.deepcopy(item)
        unprocessed = [put for index, put in enumerate(puts) if index in left]
        return {"UnprocessedItems": {table: unprocessed} if unprocessed else {}}


class FakeQueue:
    """``script`` says for each call which messages fail (their codes by index), or raises."""

    def __init__(self, *script: Any) -> None:
        self.bodies: list[str] = []
        self.calls: list[list[str]] = []
        self.script = list(script)

    def send_message_batch(self, *, QueueUrl: str, Entries: Any) -> dict[str, Any]:  # noqa: N803
        assert QueueUrl == "https://queue"
        bodies = [entry["MessageBody"] for entry in Entries]
        assert 1 <= len(bodies) <= 10
        assert sum(len(body.encode()) for body in bodies) <= 262_144
        assert len({entry["Id"] for entry in Entries}) == len(bodies)
        self.calls.append(bodies)
        step = self.script.pop(0) if self.script else {}
        if isinstance(step, Exception):
            raise step
        self.bodies += [body for index, body in enumerate(bodies) if index not in step]
        failed = [
            {"Id": str(index), "Code": code, "SenderFault": code != "InternalError"} for index, code in step.items()
        ]
        # The service says nothing of the order of its lists.
        return {"Failed": failed[::-1], "Successful": []}
