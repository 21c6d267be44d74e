"""The devices table as presence uses it. Writes are conditional, so a device that sends meanwhile is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of, temporary_failures
from lambda_src.presence.silence import DevicePresence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef, QueryInputTypeDef

INDEX = "by-status"
_STATUS = {"#status": "status"}
_UNCHANGED = "last_seen_ms = :seen"


class DeviceStates:
    """Reads and updates device states. Methods raise `TemporaryFailureError` if a retry may help."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def quiet_since(self, status: str, before_ms: int) -> Iterator[DevicePresence]:
        """Yield devices of a status whose last reading is older than this, oldest first, page by page.

        The index lags behind the table, so a conditional write must confirm each result.
        """
        request: QueryInputTypeDef = {
            "TableName": self._table,
            "IndexName": INDEX,
            "KeyConditionExpression": "#status = :status AND last_seen_ms < :before",
            "ExpressionAttributeNames": _STATUS,
            "ExpressionAttributeValues": {":status": {"S": status}, ":before": _number(before_ms)},
        }
        while True:
            with temporary_failures():
                page = self._client.query(**request)
            yield from map(_device, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def claim(self, device: DevicePresence, now_ms: int) -> bool:
        """Set a sending device to SILENT. Returns False if it sent again or another invocation was first."""
        return self._update(
            device,
            "SET #status = :silent, updated_ms = :now",
            f"#status IN (:normal, :anomaly) AND {_UNCHANGED}",
            {
                ":silent": {"S": "SILENT"},
                ":normal": {"S": "NORMAL"},
                ":anomaly": {"S": "ANOMALY"},
                ":now": _number(now_ms),
            },
        )

    def claim_again(self, device: DevicePresence, now_ms: int) -> bool:
        """Take over a silent device from an unfinished invocation. Returns False like `claim`."""
        return self._update(
            device,
            "SET updated_ms = :now",
            f"#status = :silent AND {_UNCHANGED} AND (attribute_not_exists(updated_ms) OR updated_ms = :then)",
            {":silent": {"S": "SILENT"}, ":now": _number(now_ms), ":then": _number(device.updated_ms)},
        )

    def mark_offline(self, device: DevicePresence, now_ms: int) -> bool:
        """Set the device to OFFLINE after its alert. Returns False if it has sent since."""
        return self._update(
            device,
            "SET #status = :offline, updated_ms = :now",
            f"#status = :silent AND {_UNCHANGED}",
            {":offline": {"S": "OFFLINE"}, ":silent": {"S": "SILENT"}, ":now": _number(now_ms)},
        )

    def _update(
        self, device: DevicePresence, expression: str, condition: str, values: Mapping[str, AttributeValueTypeDef]
    ) -> bool:
        try:
            with temporary_failures():
                self._client.update_item(
                    TableName=self._table,
                    Key={"device_id": {"S": device.device_id}},
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=_STATUS,
                    ExpressionAttributeValues={**values, ":seen": _number(device.last_seen_ms)},
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
        int(item["last_seen_ms"]["N"]),
        int(item["interval_ms"]["N"]) if "interval_ms" in item else 0,
        int(item["updated_ms"]["N"]) if "updated_ms" in item else 0,
        item["production_line"]["S"] if "production_line" in item else None,
    )
