"""The status of devices whose gateway says that they connected or disconnected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of, temporary_failures
from lambda_src.common.device_index import status_bucket

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ConnectionStates:
    """Writes to the devices table. A device without a reading has no state yet, and none is made here.

    ``at_ms`` is when the broker received the message; a state that is based on something later stays as it is. Methods
    raise `TemporaryFailureError` if a retry may help.
    """

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def connected(self, device: str, at_ms: int) -> None:
        """End a silence. The device's next reading decides whether it is anomalous."""
        self._set(device, "NORMAL", ("SILENT", "OFFLINE"), at_ms)

    def disconnected(self, device: str, at_ms: int) -> None:
        """Start a silence: the presence function alerts as for any other one, if it lasts, and sets OFFLINE.

        The device counts as heard now, so that messages from before, which are processed later, do not end it.
        """
        self._set(device, "SILENT", ("NORMAL", "ANOMALY"), at_ms)

    def _set(self, device: str, status: str, instead_of: tuple[str, str], at_ms: int) -> None:
        try:
            with temporary_failures():
                self._client.update_item(
                    TableName=self._table,
                    Key={"device_id": {"S": device}},
                    UpdateExpression="SET #status = :new, status_bucket = :bucket, updated_ms = :at, heard_ms = :at",
                    ConditionExpression="#status IN (:one, :other) AND updated_ms < :at AND heard_ms < :at",
                    ExpressionAttributeNames={"#status": "status"},
                    ExpressionAttributeValues={
                        ":new": {"S": status},
                        ":bucket": {"S": status_bucket(status, device)},
                        ":one": {"S": instead_of[0]},
                        ":other": {"S": instead_of[1]},
                        ":at": {"N": str(at_ms)},
                    },
                )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
