"""A DynamoDB table with the protection that all our tables have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTableGlobalSecondaryIndex,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
    DynamodbTableTtl,
)
from constructs import Construct

from lib.building.iam import Statement
from lib.building.metric import Metric
from lib.usage import Amount, Use

if TYPE_CHECKING:
    from collections.abc import Callable

    from lib.building.iam import Role
    from lib.context import Context
    from lib.security.key import Key
    from lib.usage import Traffic

TTL_ATTRIBUTE = "expires_at"


@dataclass(frozen=True)
class Attribute:
    """A key attribute; ``type`` is S or N."""

    name: str
    type: str = "S"


@dataclass(frozen=True, kw_only=True)
class TableIndex:
    """A global secondary index, with all attributes or with the keys alone."""

    name: str
    partition: Attribute
    sort: Attribute
    keys_only: bool = False


@dataclass(frozen=True, kw_only=True)
class TableKeys:
    """Partition key, sort key, index, and whether items expire."""

    partition: Attribute
    sort: Attribute | None = None
    index: TableIndex | None = None
    expires: bool = False

    def attributes(self) -> list[Attribute]:
        of_index = (self.index.partition, self.index.sort) if self.index else ()
        return list(dict.fromkeys(key for key in (self.partition, self.sort, *of_index) if key))


class Table(Construct):
    """On demand, encrypted with the customer key, restorable to any second of the last 35 days."""

    def __init__(self, scope: Construct, id_: str, *, name: str, context: Context, key: Key, keys: TableKeys) -> None:
        super().__init__(scope, id_)
        self._key = key
        self.index_name = keys.index.name if keys.index else ""
        table = DynamodbTable(
            self,
            "table",
            name=context.naming.name(name),
            billing_mode="PAY_PER_REQUEST",
            hash_key=keys.partition.name,
            range_key=keys.sort.name if keys.sort else None,
            attribute=[DynamodbTableAttribute(name=each.name, type=each.type) for each in keys.attributes()],
            global_secondary_index=[_index(keys.index)] if keys.index else None,
            ttl=DynamodbTableTtl(attribute_name=TTL_ATTRIBUTE, enabled=True) if keys.expires else None,
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=key.arn),
            deletion_protection_enabled=context.config.protect_data,
        )
        self.name = table.name
        self.arn = table.arn

    def grant(self, role: Role, *actions: str) -> None:
        """Let ``role`` use these actions on single items: ``UpdateItem``, ``BatchWriteItem``, ``PartiQLUpdate``, …"""
        statement = Statement(actions=tuple(f"dynamodb:{action}" for action in actions), resources=(self.arn,))
        role.allow(f"items-of-{self.node.id}", statement, self._key.decrypting("dynamodb"))

    def grant_query(self, role: Role) -> None:
        """Let ``role`` query items of one partition at a time."""
        statement = Statement(actions=("dynamodb:Query",), resources=(self.arn,))
        role.allow(f"query-{self.node.id}", statement, self._key.decrypting("dynamodb"))

    def grant_query_index(self, role: Role) -> None:
        """Let ``role`` query the table's index."""
        if not self.index_name:
            raise ValueError(f"{self.node.id} has no index")
        statement = Statement(actions=("dynamodb:Query",), resources=(f"{self.arn}/index/{self.index_name}",))
        role.allow(f"query-index-of-{self.node.id}", statement, self._key.decrypting("dynamodb"))

    def write_use(self, amount: Callable[[Traffic], Amount] = lambda _: Amount(per_second=0)) -> Use:
        """The items that are written, for `ops cost`; by default only an operator writes."""
        return Use(of=self.node.path, kind="writes", amount=amount)

    def read_use(self, amount: Callable[[Traffic], Amount]) -> Use:
        """The items that are read, for `ops cost`."""
        return Use(of=self.node.path, kind="reads", amount=amount)

    def metric(self, name: str, statistic: str = "Sum") -> Metric:
        return Metric("AWS/DynamoDB", name, {"TableName": self.name}, statistic)

    def index_metric(self, name: str, statistic: str = "Sum") -> Metric:
        """A metric of the table's index, which the table's own metric of that name does not include."""
        dimensions = {"TableName": self.name, "GlobalSecondaryIndexName": self.index_name}
        return Metric("AWS/DynamoDB", name, dimensions, statistic)


def _index(index: TableIndex) -> DynamodbTableGlobalSecondaryIndex:
    return DynamodbTableGlobalSecondaryIndex(
        name=index.name,
        hash_key=index.partition.name,
        range_key=index.sort.name,
        projection_type="KEYS_ONLY" if index.keys_only else "ALL",
    )
