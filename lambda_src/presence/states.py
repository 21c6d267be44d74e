"""The devices table as presence uses it. Writes are conditional, so a device that sends meanwhile is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of, temporary_failures
from lambda_src.common.device_index import DeviceIndex, status_bucket
from lambda_src.presence.silence import DevicePresence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

_NAMES = {"#status": "status"}
_UNCHANGED = "heard_ms = :heard"
_SILENT = "SILENT"


class DeviceStates:
    """Reads and updates device states. Methods raise `TemporaryFailureError` if a retry may help."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._index = DeviceIndex(client, table)

    def quiet_since(self, status: str, before_ms: int) -> Iterator[DevicePresence]:
        """Yield devices of a status that were last heard before this moment, the longest silence first.

        The index lags behind the table, so a conditional write must confirm each result. A device that is only known
        from a replay was never heard and is not among them.
        """
        return map(_device, self._index.heard_between(status, 1, before_ms - 1))

    def claim(self, device: DevicePresence, now_ms: int) -> bool:
        """Set a sending device to SILENT. Returns False if it sent again or another invocation was first."""
        return self._set_status(
            device,
            _SILENT,
            now_ms,
            f"#status IN (:normal, :anomaly) AND {_UNCHANGED}",
            {":normal": {"S": "NORMAL"}, ":anomaly": {"S": "ANOMALY"}},
        )

    def claim_again(self, device: DevicePresence, now_ms: int) -> bool:
        """Take over a silent device from an unfinished invocation. Returns False like `claim`."""
        return self._set_status(
            device,
            _SILENT,
            now_ms,
            f"#status = :silent AND {_UNCHANGED} AND (attribute_not_exists(updated_ms) OR updated_ms = :then)",
            {":silent": {"S": _SILENT}, ":then": _number(device.updated_ms)},
        )

    def mark_offline(self, device: DevicePresence, now_ms: int) -> bool:
        """Set the device to OFFLINE after its alert. Returns False if it has sent since."""
        return self._set_status(
            device, "OFFLINE", now_ms, f"#status = :silent AND {_UNCHANGED}", {":silent": {"S": _SILENT}}
        )

    def _set_status(
        self,
        device: DevicePresence,
        status: str,
        now_ms: int,
        condition: str,
        values: Mapping[str, AttributeValueTypeDef],
    ) -> bool:
        """Set the status if the condition holds, and return whether it does."""
        written: dict[str, AttributeValueTypeDef] = {
            ":status": {"S": status},
            ":bucket": {"S": status_bucket(status, device.device_id)},
            ":now": _number(now_ms),
            ":heard": _number(device.heard_ms),
        }
        try:
            with temporary_failures():
                self._client.update_item(
                    TableName=self._table,
                    Key={"device_id": {"S": device.device_id}},
                    UpdateExpression="SET #status = :status, status_bucket = :bucket, updated_ms = :now",
                    ConditionExpression=condition,
                    ExpressionAttributeNames=_NAMES,
                    ExpressionAttributeValues={**values, **written},
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True


def _number(value: int) -> AttributeValueTypeDef:
    return {"N": str(value)}


def _device(item: Mapping[str, Any]) -> DevicePresence:
    return DevicePresence(
        item["device_id"]["S"],
        int(item["heard_ms"]["N"]),
        int(item["rhythm_ms"]["N"]) if "rhythm_ms" in item else 0,
        int(item["updated_ms"]["N"]) if "updated_ms" in item else 0,
        item["production_line"]["S"] if "production_line" in item else None,
    )
