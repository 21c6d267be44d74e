"""The tables of runs and of device states, as far as the processor uses them: moto has no PartiQL with parameters, and
never leaves anything unprocessed.
"""

from __future__ import annotations

import copy
import re
from typing import Any


class FakeDynamo:
    """Items by table and key. ``script`` says for each writing call what happens first: an exception is raised, a
    callable is called, a set names by index what is not taken, a dict the error code of each index.
    """

    def __init__(self, *script: Any) -> None:
        self.items: dict[tuple[str, ...], dict[str, Any]] = {}
        self.script = list(script)
        self.calls: list[str] = []
        self.sizes: list[int] = []

    def _step(self, name: str, size: int) -> Any:
        self.calls.append(name)
        self.sizes.append(size)
        step = self.script.pop(0) if self.script else ()
        if isinstance(step, Exception):
            raise step
        return (step() or ()) if callable(step) else step

    def batch_write_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        ((table, requests),) = RequestItems.items()
        keys = [(item["device_id"]["S"], item["run"]["S"]) for item in (r["PutRequest"]["Item"] for r in requests)]
        assert 1 <= len(requests) <= 25
        assert len(set(keys)) == len(keys), "the service refuses a call with the same key twice"
        left = self._step("batch_write_item", len(requests))
        for index, (key, request) in enumerate(zip(keys, requests, strict=True)):
            if index not in left:
                self.items[key] = copy.deepcopy(request["PutRequest"]["Item"])
        unprocessed = [request for index, request in enumerate(requests) if index in left]
        return {"UnprocessedItems": {table: copy.deepcopy(unprocessed)} if unprocessed else {}}

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803
        ((table, wanted),) = RequestItems.items()
        assert 1 <= len(wanted["Keys"]) <= 100
        self.calls.append("batch_get_item")
        found = [self.items.get((key["device_id"]["S"],)) for key in wanted["Keys"]]
        return {"Responses": {table: [copy.deepcopy(item) for item in found if item]}, "UnprocessedKeys": {}}

    def batch_execute_statement(self, *, Statements: Any) -> dict[str, Any]:  # noqa: N803
        assert 1 <= len(Statements) <= 25
        codes = self._step("batch_execute_statement", len(Statements))
        return {
            "Responses": [
                {"Error": {"Code": codes[index], "Message": "no"}} if index in codes else self._execute(statement)
                for index, statement in enumerate(Statements)
            ]
        }

    def _execute(self, asked: Any) -> dict[str, Any]:
        values = list(copy.deepcopy(asked["Parameters"]))
        before, where, after = asked["Statement"].partition(" WHERE ")
        if not where:
            item = dict(zip(re.findall(r"'(\w+)': \?", before), values, strict=True))
            return self._put("DuplicateItem", item, free=item["device_id"]["S"] not in self._devices())
        changed = re.findall(r'SET "(\w+)" = \?', before)
        conditions = dict(zip(re.findall(r'"(\w+)" = \?', after), values[len(changed) :], strict=True))
        standing = self.items.get((conditions["device_id"]["S"],), {})
        holds = all(standing.get(name) == value for name, value in conditions.items())
        return self._put(
            "ConditionalCheckFailed", standing | dict(zip(changed, values[: len(changed)], strict=True)), free=holds
        )

    def _put(self, code: str, item: dict[str, Any], *, free: bool) -> dict[str, Any]:
        if not free:
            return {"Error": {"Code": code, "Message": "no"}}
        self.items[(item["device_id"]["S"],)] = item
        return {}

    def _devices(self) -> set[str]:
        return {key[0] for key in self.items if len(key) == 1}

    def device(self, device: str = "press-1") -> dict[str, Any]:
        return self.items[(device,)]
