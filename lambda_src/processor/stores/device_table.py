"""The ``devices`` table: states in and out, many a call. A write takes effect only on what it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import TemporaryFailureError, temporary_failures
from lambda_src.common.aws.retry import resend
from lambda_src.processor.device_state import DeviceState, Last

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


class DeviceTable:
    """All methods raise `TemporaryFailureError` where a repetition may help."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def load(self, devices: Sequence[str], deadline: Deadline) -> dict[str, DeviceState]:
        """The states of those devices that the table knows."""
        found: dict[str, DeviceState] = {}

        def ask(keys: Sequence[str]) -> Sequence[str]:
            wanted: KeysAndAttributesTypeDef = {
                "Keys": [{"device_id": {"S": key}} for key in keys],
                "ConsistentRead": True,
            }
            with temporary_failures():
                answer = self._client.batch_get_item(RequestItems={self._table: wanted})
            for item in answer["Responses"].get(self._table, ()):
                found[item["device_id"]["S"]] = _state(item)
            left = answer.get("UnprocessedKeys", {}).get(self._table, {"Keys": ()})
            return [cast("Any", key)["device_id"]["S"] for key in left["Keys"]]

        for start in range(0, len(devices), READS_PER_CALL):
            if resend(ask, devices[start : start + READS_PER_CALL], deadline):
                raise TemporaryFailureError("the states of some devices could not be read")
        return found

    def write(self, changes: Mapping[str, tuple[DeviceState | None, DeviceState]]) -> tuple[set[str], set[str]]:
        """Replace each device's first state, None for an unknown device, by its second one; at most 25.

        Returns the devices whose state in the table is another by now, and those that may be taken later.
        """
        statements = [self._statement(device, *change) for device, change in changes.items()]
        with temporary_failures():
            answer = self._client.batch_execute_statement(Statements=statements)
        conflicts: set[str] = set()
        later: set[str] = set()
        for device, response in zip(changes, answer["Responses"], strict=True):
            error = response.get("Error")
            if error is None:
                continue
            code = error.get("Code")
            if code in CONFLICTS:
                conflicts.add(device)
            elif code in _TEMPORARY:
                later.add(device)
            else:
                raise _raised(error)
        return conflicts, later

    def _statement(self, device: str, before: DeviceState | None, after: DeviceState) -> BatchStatementRequestTypeDef:
        values = _attributes(after)
        if before is None:
            names = ", ".join(f"'{name}': ?" for name in ("device_id", *values))
            return {
                "Statement": f'INSERT INTO "{self._table}" VALUE {{{names}}}',
                "Parameters": [{"S": device}, *values.values()],
            }
        changed = " ".join(f'SET "{name}" = ?' for name in values)
        return {
            "Statement": f'UPDATE "{self._table}" {changed} '
            'WHERE "device_id" = ? AND "updated_ms" = ? AND "status" = ?',
            "Parameters": [*values.values(), {"S": device}, {"N": str(before.updated_ms)}, {"S": before.status}],
        }


def _raised(error: BatchStatementErrorTypeDef) -> ClientError:
    response: Any = {"Error": {"Code": error.get("Code", ""), "Message": error.get("Message", "")}}
    return ClientError(response, "BatchExecuteStatement")


def _attributes(state: DeviceState) -> dict[str, Any]:
    values: dict[str, Any] = {
        "status": {"S": state.status},
        "last_seen_ms": {"N": str(state.last_seen_ms)},
        "interval_ms": {"N": str(state.interval_ms)},
        "sensors": {"M": {name: {"M": _sensor(last)} for name, last in state.sensors.items()}},
        "updated_ms": {"N": str(state.updated_ms)},
    }
    if state.production_line is not None:
        values["production_line"] = {"S": state.production_line}
    return values


def _sensor(last: Last) -> dict[str, Any]:
    return {
        "value": {"N": repr(last.value)},
        "timestamp_ms": {"N": str(last.timestamp_ms)},
        "severity": {"S": last.severity},
    }


def _state(item: Mapping[str, Any]) -> DeviceState:
    sensors = {
        name: Last(float(last["value"]["N"]), int(last["timestamp_ms"]["N"]), last["severity"]["S"])
        for name, last in ((name, found["M"]) for name, found in item["sensors"]["M"].items())
    }
    return DeviceState(
        item["status"]["S"],
        int(item["last_seen_ms"]["N"]),
        int(item["interval_ms"]["N"]),
        sensors,
        item["production_line"]["S"] if "production_line" in item else None,
        int(item["updated_ms"]["N"]),
    )
