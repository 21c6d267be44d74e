"""The table of the allow list. One conditional write decides, so that a serial number is used only once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from lambda_src.common.aws.objects import iso
from lambda_src.provisioning_hook.admission import AdmissionRefusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

_REFUSALS = {"REVOKED": AdmissionRefusal.REVOKED, "PROVISIONED": AdmissionRefusal.ALREADY_PROVISIONED}


class AllowListTable:
    def __init__(self, client: DynamoDBClient, table: str, now_ms: Callable[[], int]) -> None:
        self._client = client
        self._table = table
        self._now_ms = now_ms

    def provision(self, serial_number: str, certificate_id: str) -> AdmissionRefusal | None:
        """Use an entry for this certificate. Returns None on success, also if it was used for the same certificate.

        The latter is a retry: the service or the device calls again if it missed the response.
        """
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"serial_number": {"S": serial_number}},
                UpdateExpression="SET #status = :provisioned, certificate_id = :certificate, provisioned_at = :now",
                ConditionExpression="#status = :allowed OR (#status = :provisioned AND certificate_id = :certificate)",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":allowed": {"S": "ALLOWED"},
                    ":provisioned": {"S": "PROVISIONED"},
                    ":certificate": {"S": certificate_id},
                    ":now": {"S": iso(self._now_ms())},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            # The item is a member of this exception only, which the SDK's error type does not declare.
            item = cast("dict[str, Any]", error.response).get("Item") or {}
            return _REFUSALS.get(item.get("status", {}).get("S", ""), AdmissionRefusal.UNKNOWN)
        return None
