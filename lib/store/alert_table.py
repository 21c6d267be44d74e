"""The table of anomaly episodes: what makes an alert come once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
    DynamodbTableTtl,
)
from constructs import Construct

from lib.building.iam import Statement

if TYPE_CHECKING:
    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key


class AlertTable(Construct):
    """One item a sensor, with its latest episode; on demand, since nothing happens here while all is well."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, key: Key) -> None:
        super().__init__(scope, id_)
        self._key = key
        table = DynamodbTable(
            self,
            "table",
            name=context.naming.name("alerts"),
            billing_mode="PAY_PER_REQUEST",
            hash_key="sensor",
            attribute=[DynamodbTableAttribute(name="sensor", type="S")],
            ttl=DynamodbTableTtl(attribute_name="expires_at", enabled=True),
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=key.arn),
            deletion_protection_enabled=context.config.protect_data,
        )
        self.name = table.name
        self.arn = table.arn

    def grant_update(self, role: Role) -> None:
        """Let ``role`` open and extend episodes; the conditions of an update read the item by themselves."""
        role.allow(
            "update-alerts",
            Statement(actions=("dynamodb:UpdateItem",), resources=(self.arn,)),
            self._key.decrypting("dynamodb"),
        )
