"""The table of the allow list. One conditional write decides, so that a serial number is used only once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, cast

from botocore.exceptions import ClientError

from lambda_src.common.aws.errors import code_of
from lambda_src.common.aws.objects import iso
from lambda_src.provisioning_hook.admission import AdmissionRefusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_dynamodb import DynamoDBClient

    from lambda_src.provisioning_hook.registrations import Registrations

REGISTRATION_MS = 5 * 60_000
"""So long a registration may still be running after the hook has allowed it. AWS documents no bound, and it usually
takes a second. Within this time nobody else is admitted: both certificates would become active.
"""


class _Entry(NamedTuple):
    status: str
    certificate_id: str
    provisioned_at: str


class AllowListTable:
    """The entries, which the hook uses and the operator writes."""

    def __init__(
        self, client: DynamoDBClient, table: str, registrations: Registrations, now_ms: Callable[[], int]
    ) -> None:
        self._client = client
        self._table = table
        self._registrations = registrations
        self._now_ms = now_ms

    def provision(self, serial_number: str, certificate_id: str) -> AdmissionRefusal | None:
        """Use an entry for this certificate. Returns None on success, also if it was used for the same certificate.

        The latter is a retry: the service or the device calls again if it missed the response. A device that lost its
        certificate before it was registered gets the entry for another one after `REGISTRATION_MS`.
        """
        standing = self._use(serial_number, certificate_id, None)
        if standing is not None and self._is_abandoned(serial_number, standing):
            standing = self._use(serial_number, certificate_id, standing)
        if standing is None:
            return None
        if standing.status == "REVOKED":
            return AdmissionRefusal.REVOKED
        return AdmissionRefusal.ALREADY_PROVISIONED if standing.status == "PROVISIONED" else AdmissionRefusal.UNKNOWN

    def _is_abandoned(self, serial_number: str, standing: _Entry) -> bool:
        if standing.status != "PROVISIONED" or standing.provisioned_at > iso(self._now_ms() - REGISTRATION_MS):
            return False
        return self._registrations.never_completed(serial_number, standing.certificate_id)

    def _use(self, serial_number: str, certificate_id: str, abandoned: _Entry | None) -> _Entry | None:
        """Returns None on success, else the entry that stands in the way; also replaces the ``abandoned`` one."""
        condition = "#status = :allowed OR (#status = :provisioned AND certificate_id = :certificate)"
        values = {
            ":allowed": {"S": "ALLOWED"},
            ":provisioned": {"S": "PROVISIONED"},
            ":certificate": {"S": certificate_id},
            ":now": {"S": iso(self._now_ms())},
        }
        if abandoned is not None:
            # Nobody else may have used it since it was read.
            condition += " OR (#status = :provisioned AND certificate_id = :old AND provisioned_at = :since)"
            values |= {":old": {"S": abandoned.certificate_id}, ":since": {"S": abandoned.provisioned_at}}
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"serial_number": {"S": serial_number}},
                UpdateExpression="SET #status = :provisioned, certificate_id = :certificate, provisioned_at = :now",
                ConditionExpression=condition,
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=values,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            # The item is a member of this exception only, which the SDK's error type does not declare.
            item = cast("dict[str, Any]", error.response).get("Item") or {}
            return _Entry(*(item.get(name, {}).get("S", "") for name in _Entry._fields))
        return None
