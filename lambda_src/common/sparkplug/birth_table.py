"""The table of births: one item per edge node and device, one for an edge node's numbering, one for asking it.

The key is ``edge`` (``group/edge``) and ``part``. What an item holds is MessagePack, compressed, in ``content``. Writes
take effect only on the version that they were made from: two containers may learn from the same edge node at once.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec
from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError, code_of, temporary_failures
from lambda_src.common.aws.queries import queried
from lambda_src.common.readings.rejects import Reason, RuleBrokenError
from lambda_src.common.readings.sparkplug.births import BirthKey, Lineage
from lambda_src.common.readings.sparkplug.sequence import Sequence as NumberSequence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, KeysAndAttributesTypeDef, QueryInputTypeDef

READS_PER_CALL = 100
"""The service's limit for BatchGetItem."""
MAX_CONTENT = 380_000
"""Bytes; the service takes items of 400 KB. A birth of 10,000 metrics compresses to a quarter of it."""
KEPT_SECONDS = 90 * 86_400
ATTEMPTS = 10
"""Of a change that others forestall."""

_NODE, _DEVICE, _NUMBERS, _ASKED = "node", "device/", "numbers", "asked"
_CONFLICT = "ConditionalCheckFailedException"

T = TypeVar("T")


class _Codec(Generic[T]):
    def __init__(self, kind: type[T]) -> None:
        self._decode = msgspec.msgpack.Decoder(kind).decode

    def load(self, item: Mapping[str, Any]) -> T:
        return self._decode(zlib.decompress(item["content"]["B"]))

    @staticmethod
    def dump(content: object) -> bytes:
        return zlib.compress(msgspec.msgpack.encode(content))


_lineages = _Codec(Lineage)
_numbers = _Codec(NumberSequence)


class DynamoBirthTable:
    """As `BirthTable`. An item that nothing changes for `KEPT_SECONDS` expires; the edge node is then asked anew."""

    def __init__(self, client: DynamoDBClient, table: str, *, now_ms: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now_ms = now_ms

    def load(self, keys: Collection[BirthKey]) -> dict[BirthKey, Lineage]:
        found: dict[BirthKey, Lineage] = {}
        ordered = sorted(keys)
        for start in range(0, len(ordered), READS_PER_CALL):
            for item in self._items(ordered[start : start + READS_PER_CALL]):
                found[_key_of(item)] = _lineages.load(item)
        return found

    def update(self, key: BirthKey, change: Callable[[Lineage | None], Lineage | None]) -> Lineage | None:
        return self._change(key, _part(key), _lineages, change)

    def devices_of(self, edge: BirthKey) -> list[BirthKey]:
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "KeyConditionExpression": "edge = :edge AND begins_with(part, :device)",
            "ProjectionExpression": "edge, part",
            "ExpressionAttributeValues": {":edge": {"S": _edge(edge)}, ":device": {"S": _DEVICE}},
        }
        return list(map(_key_of, queried(self._client, request)))

    def number(self, edge: BirthKey, change: Callable[[NumberSequence | None], NumberSequence]) -> None:
        self._change(edge, _NUMBERS, _numbers, change)

    def may_ask(self, edge: BirthKey, now_ms: int, every_ms: int) -> bool:
        try:
            with temporary_failures():
                self._client.update_item(
                    TableName=self._table,
                    Key=_item_key(edge, _ASKED),
                    UpdateExpression="SET asked_ms = :now, expires_at = :expires",
                    ConditionExpression="attribute_not_exists(asked_ms) OR asked_ms <= :before",
                    ExpressionAttributeValues={
                        ":now": {"N": str(now_ms)},
                        ":before": {"N": str(now_ms - every_ms)},
                        ":expires": _expiry(now_ms),
                    },
                )
        except ClientError as error:
            if code_of(error) != _CONFLICT:
                raise
            return False
        return True

    def _items(self, keys: Sequence[BirthKey]) -> Iterator[Mapping[str, Any]]:
        wanted: KeysAndAttributesTypeDef = {
            "Keys": [_item_key(key, _part(key)) for key in keys],
            "ConsistentRead": True,
        }
        for _ in range(ATTEMPTS):
            with temporary_failures():
                answer = self._client.batch_get_item(RequestItems={self._table: wanted})
            yield from answer["Responses"].get(self._table, ())
            left = answer.get("UnprocessedKeys", {}).get(self._table)
            if not left:
                return
            wanted = {"Keys": left["Keys"], "ConsistentRead": True}
        raise TemporaryFailureError("the births of some edge nodes could not be read")

    def _change(self, key: BirthKey, part: str, codec: _Codec[T], change: Callable[[T | None], T | None]) -> T | None:
        for _ in range(ATTEMPTS):
            with temporary_failures():
                answer = self._client.get_item(TableName=self._table, Key=_item_key(key, part), ConsistentRead=True)
            item = answer.get("Item")
            known = None if item is None else codec.load(item)
            changed = change(known)
            if changed is None or changed == known or self._put(key, part, codec.dump(changed), _version(item)):
                return changed
        raise TemporaryFailureError(f"the births of {_edge(key)} are being changed by others")

    def _put(self, key: BirthKey, part: str, content: bytes, version: int) -> bool:
        """Write the next version; False where somebody else did."""
        if len(content) > MAX_CONTENT:
            raise RuleBrokenError(Reason.TOO_LARGE, f"the birth has more metrics than fit into {MAX_CONTENT} bytes")
        item = {
            **_item_key(key, part),
            "content": {"B": content},
            "version": {"N": str(version + 1)},
            "expires_at": _expiry(self._now_ms()),
        }
        try:
            with temporary_failures():
                self._client.put_item(
                    TableName=self._table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(version) OR version = :version",
                    ExpressionAttributeValues={":version": {"N": str(version)}},
                )
        except ClientError as error:
            if code_of(error) != _CONFLICT:
                raise
            return False
        return True


def _version(item: Mapping[str, Any] | None) -> int:
    return 0 if item is None else int(item["version"]["N"])


def _expiry(now_ms: int) -> AttributeValueTypeDef:
    """DynamoDB's time to live counts seconds."""
    return {"N": str(now_ms // 1000 + KEPT_SECONDS)}


def _edge(key: BirthKey) -> str:
    return f"{key.group}/{key.edge}"


def _part(key: BirthKey) -> str:
    return _DEVICE + key.device if key.device else _NODE


def _item_key(key: BirthKey, part: str) -> dict[str, Any]:
    return {"edge": {"S": _edge(key)}, "part": {"S": part}}


def _key_of(item: Mapping[str, Any]) -> BirthKey:
    group, _, edge = item["edge"]["S"].partition("/")
    return BirthKey(group, edge, item["part"]["S"].removeprefix(_DEVICE) if item["part"]["S"] != _NODE else "")
