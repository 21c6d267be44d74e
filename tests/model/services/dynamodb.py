"""DynamoDB in memory: conditional writes, batches, PartiQL and queries, with the answers that the service documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.model.services.errors import client_error
from tests.model.services.expressions import Condition, Item, plain, updated
from tests.model.services.tables import Index, Table, behind, order, validate

Hook = Callable[[str, Mapping[str, Any]], Any]
"""Called before each call with its name and request. What it raises is raised in the place of the call. It may return
what happens to the parts of a batch: a set of places that are not processed, or, of statements, an error code by place.
"""

__all__ = ["Hook", "Index", "MemoryDynamoDB", "Table"]


class MemoryDynamoDB:
    """Tables by name. Items are never changed in place, so answers share them."""

    def __init__(self, tables: dict[str, Table], hook: Hook | None = None) -> None:
        self.tables = tables
        self.hook = hook or (lambda _name, _request: None)
        self.calls: list[str] = []

    def items(self, table: str) -> list[Item]:
        return list(self.tables[table].items.values())

    def freeze_indexes(self) -> None:
        """From now on indexes answer what they have at this moment, until `thaw_indexes`."""
        for table in self.tables.values():
            for index in table.indexes.values():
                index.frozen = list(table.of_index(index))

    def thaw_indexes(self) -> None:
        for table in self.tables.values():
            for index in table.indexes.values():
                index.frozen = None

    def get_item(self, **request: Any) -> dict[str, Any]:
        self._begin("get_item", request)
        table = self._table(request["TableName"])
        item = table.items.get(table.key(request["Key"]))
        return {} if item is None else {"Item": item}

    def put_item(self, **request: Any) -> dict[str, Any]:
        self._begin("put_item", request)
        table = self._table(request["TableName"])
        self._check(table, table.key(request["Item"]), request)
        self._put(table, request["Item"])
        return {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        self._begin("update_item", request)
        table = self._table(request["TableName"])
        key = table.key(request["Key"])
        self._check(table, key, request)
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        self._put(
            table, updated(table.items.get(key, dict(request["Key"])), request["UpdateExpression"], names, values)
        )
        return {}

    def batch_get_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803  # the SDK's names
        left = self._begin("batch_get_item", RequestItems) or set()
        ((name, wanted),) = RequestItems.items()
        table, keys = self._table(name), wanted["Keys"]
        if not 1 <= len(keys) <= 100 or len({table.key(key) for key in keys}) < len(keys):
            raise client_error("ValidationException")
        found = [table.items.get(table.key(key)) for place, key in enumerate(keys) if place not in left]
        unprocessed = [key for place, key in enumerate(keys) if place in left]
        return {
            "Responses": {name: [item for item in found if item is not None]},
            "UnprocessedKeys": {name: {"Keys": unprocessed}} if unprocessed else {},
        }

    def batch_write_item(self, *, RequestItems: Any) -> dict[str, Any]:  # noqa: N803
        left = self._begin("batch_write_item", RequestItems) or set()
        ((name, requests),) = RequestItems.items()
        table, items = self._table(name), [request["PutRequest"]["Item"] for request in requests]
        if not 1 <= len(items) <= 25 or len({table.key(item) for item in items}) < len(items):
            raise client_error("ValidationException")
        for place, item in enumerate(items):
            if place not in left:
                self._put(table, item)
        unprocessed = [request for place, request in enumerate(requests) if place in left]
        return {"UnprocessedItems": {name: unprocessed} if unprocessed else {}}

    def batch_execute_statement(self, *, Statements: Any) -> dict[str, Any]:  # noqa: N803
        codes = self._begin("batch_execute_statement", {"Statements": Statements}) or {}
        if not 1 <= len(Statements) <= 25:
            raise client_error("ValidationException")
        return {
            "Responses": [
                _refused(codes[place]) if place in codes else self._execute(each["Statement"], each["Parameters"])
                for place, each in enumerate(Statements)
            ]
        }

    def query(self, **request: Any) -> dict[str, Any]:
        self._begin("query", request)
        table = self._table(request["TableName"])
        index = table.indexes[request["IndexName"]] if "IndexName" in request else None
        items = list(table.items.values()) if index is None else table.of_index(index)
        names, values = request.get("ExpressionAttributeNames", {}), request["ExpressionAttributeValues"]
        wanted = Condition(request["KeyConditionExpression"], names, values)
        place = order(table, index)
        found = sorted((item for item in items if wanted.holds(item)), key=place)
        if not request.get("ScanIndexForward", True):
            found.reverse()
        found = list(behind(found, request.get("ExclusiveStartKey"), place, not request.get("ScanIndexForward", True)))
        page = found[: request["Limit"]] if "Limit" in request else found
        answer: dict[str, Any] = {"Items": page, "ScannedCount": len(page)}
        if "FilterExpression" in request:
            kept = Condition(request["FilterExpression"], names, values)
            answer["Items"] = [item for item in page if kept.holds(item)]
        keys = (*table.names(), index.partition, index.sort) if index else table.names()
        if len(page) == request.get("Limit"):
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in keys}
        if index and index.keys_only:
            answer["Items"] = [{name: item[name] for name in keys} for item in answer["Items"]]
        return answer

    def _begin(self, name: str, request: Mapping[str, Any]) -> Any:
        self.calls.append(name)
        return self.hook(name, request)

    def _table(self, name: str) -> Table:
        if name not in self.tables:
            raise client_error("ResourceNotFoundException")
        return self.tables[name]

    def _check(self, table: Table, key: tuple[str, ...], request: Mapping[str, Any]) -> None:
        if "ConditionExpression" not in request:
            return
        names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
        standing = table.items.get(key, {})
        if not Condition(request["ConditionExpression"], names, values).holds(standing):
            if standing and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
                raise client_error("ConditionalCheckFailedException", Item=standing)
            raise client_error("ConditionalCheckFailedException")

    def _put(self, table: Table, item: Item) -> None:
        validate(item)
        table.items[table.key(item)] = item

    def _execute(self, statement: str, parameters: list[Any]) -> dict[str, Any]:
        if match := re.fullmatch(r"""INSERT INTO "([^"]+)" VALUE \{(.+)\}""", statement):
            table, names = self._table(match[1]), re.findall(r"'(\w+)': \?", match[2])
            item = dict(zip(names, parameters, strict=True))
            if table.key(item) in table.items:
                return _refused("DuplicateItem")
            self._put(table, item)
            return {}
        match = re.fullmatch(r"""UPDATE "([^"]+)" (.+) WHERE (.+)""", statement)
        assert match, f"a statement that this model does not know: {statement}"
        table = self._table(match[1])
        changed = re.findall(r'SET "(\w+)" = \?', match[2])
        where = dict(zip(re.findall(r'"(\w+)" = \?', match[3]), parameters[len(changed) :], strict=True))
        standing = table.items.get(table.key(where))
        if standing is None or any(
            name not in standing or plain(standing[name]) != plain(value) for name, value in where.items()
        ):
            return _refused("ConditionalCheckFailed")
        self._put(table, {**standing, **dict(zip(changed, parameters[: len(changed)], strict=True))})
        return {}


def _refused(code: str) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": code}}
