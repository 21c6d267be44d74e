"""Items of a DynamoDB table, many per call. A write takes effect only on the version that it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import resend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import (
        BatchStatementErrorTypeDef,
        BatchStatementRequestTypeDef,
        KeysAndAttributesTypeDef,
    )

    from lambda_src.common.aws.deadline import Deadline

WRITES_PER_CALL = 25
"""The service's limit for BatchExecuteStatement."""
READS_PER_CALL = 100
"""The service's limit for BatchGetItem."""

CONFLICTS = frozenset({"ConditionalCheckFailed", "DuplicateItem"})
_TEMPORARY = frozenset(
    {"InternalServerError", "ProvisionedThroughputExceeded", "RequestLimitExceeded", "ThrottlingError"}
    | {"TransactionConflict"}
)


class Change(NamedTuple):
    """The attributes to write, in the low-level form ``{"N": "1"}``."""

    attributes: Mapping[str, Any]
    expected: Mapping[str, Any] | None
    """What the item must hold for the write to take effect; None where there must be no such item."""


class Written(NamedTuple):
    """The keys that were not written."""

    conflicts: set[str]
    """Another version is in the table."""
    later: set[str]
    """The service may accept them later."""


class VersionedItems:
    """All methods raise `TemporaryFailureError` where a repetition may help, else the SDK's error."""

    def __init__(self, client: DynamoDBClient, table: str, key: str) -> None:
        self._client = client
        self._table = table
        self._key = key

    def load(self, keys: Sequence[str], deadline: Deadline) -> dict[str, Mapping[str, Any]]:
        """The items that exist, by key, as of now (strongly consistent)."""
        found: dict[str, Mapping[str, Any]] = {}

        def ask(chunk: Sequence[str]) -> Sequence[str]:
            wanted: KeysAndAttributesTypeDef = {
                "Keys": [{self._key: {"S": key}} for key in chunk],
                "ConsistentRead": True,
            }
            with temporary_failures():
                answer = self._client.batch_get_item(RequestItems={self._table: wanted})
            for item in answer["Responses"].get(self._table, ()):
                found[item[self._key]["S"]] = item
            left = answer.get("UnprocessedKeys", {}).get(self._table, {"Keys": ()})
            return [cast("Any", key)[self._key]["S"] for key in left["Keys"]]

        for start in range(0, len(keys), READS_PER_CALL):
            if resend(ask, keys[start : start + READS_PER_CALL], deadline):
                raise TemporaryFailureError(f"some items of {self._table} could not be read")
        return found

    def write(self, changes: Mapping[str, Change]) -> Written:
        """Make at most `WRITES_PER_CALL` changes, each on its own."""
        statements = [self._statement(key, change) for key, change in changes.items()]
        with temporary_failures():
            answer = self._client.batch_execute_statement(Statements=statements)
        conflicts: set[str] = set()
        later: set[str] = set()
        for key, response in zip(changes, answer["Responses"], strict=True):
            error = response.get("Error")
            if error is None:
                continue
            code = error.get("Code")
            if code in CONFLICTS:
                conflicts.add(key)
            elif code in _TEMPORARY:
                later.add(key)
            else:
                raise _raised(error)
        return Written(conflicts, later)

    def _statement(self, key: str, change: Change) -> BatchStatementRequestTypeDef:
        values = change.attributes
        if change.expected is None:
            names = ", ".join(f"'{name}': ?" for name in (self._key, *values))
            return {
                "Statement": f'INSERT INTO "{self._table}" VALUE {{{names}}}',
                "Parameters": [{"S": key}, *values.values()],
            }
        changed = " ".join(f'SET "{name}" = ?' for name in values)
        where = " AND ".join(f'"{name}" = ?' for name in (self._key, *change.expected))
        return {
            "Statement": f'UPDATE "{self._table}" {changed} WHERE {where}',
            "Parameters": [*values.values(), {"S": key}, *change.expected.values()],
        }


def _raised(error: BatchStatementErrorTypeDef) -> ClientError:
    response: Any = {"Error": {"Code": error.get("Code", ""), "Message": error.get("Message", "")}}
    return ClientError(response, "BatchExecuteStatement")
