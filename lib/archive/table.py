"""A table of the catalog: location, columns, and partitions by hour of arrival."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.glue_catalog_table import (
    GlueCatalogTable,
    GlueCatalogTablePartitionKeys,
    GlueCatalogTableStorageDescriptor,
    GlueCatalogTableStorageDescriptorColumns,
    GlueCatalogTableStorageDescriptorSerDeInfo,
)
from constructs import Construct

from lib.archive.once import STORED
from lib.building.iam import Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lib.archive.schema import Column
    from lib.building.iam import Role
    from lib.context import Context
    from lib.store.bucket import Bucket

PARTITIONS = ("year", "month", "day")
"""Athena lists the whole folder of a day.

With the hour as a partition, a query without a period would list 8,928 folders per year, one after the other, and pay
for each.
"""
FIRST_YEAR, LAST_YEAR = 2025, 2050
"""The years that Athena searches. Objects of other years are kept but not found."""
_DIGITS = 2


@dataclass(frozen=True, kw_only=True)
class CatalogFormat:
    """A format in Hive's terms: classification, input, output and SerDe."""

    classification: str
    reads: str
    writes: str
    row: str
    parameters: Mapping[str, str] = field(default_factory=dict)


PARQUET = CatalogFormat(
    classification="parquet",
    reads="org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    writes="org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    row="org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    parameters={"serialization.format": "1"},
)
JSON_LINES = CatalogFormat(
    classification="json",
    reads="org.apache.hadoop.mapred.TextInputFormat",
    writes="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    # Hive's own SerDe fails on objects in a text column; this one returns the object's JSON.
    row="org.openx.data.jsonserde.JsonSerDe",
)
LINES = CatalogFormat(
    classification="csv",
    reads="org.apache.hadoop.mapred.TextInputFormat",
    writes="org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    row="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    # JSON never contains an unescaped control character, so each line is exactly one column.
    parameters={"field.delim": "\x01", "serialization.format": "\x01"},
)


@dataclass(frozen=True, kw_only=True)
class TableOptions:
    """``prefix`` is the location in the bucket, with folders by hour.

    ``repeats`` says that readings may be stored twice: the table is then called ``<name>_stored``, and the name is that
    of a view that returns each of them once.
    """

    name: str
    description: str
    bucket: Bucket
    prefix: str
    columns: Sequence[Column]
    format: CatalogFormat
    repeats: bool = False

    @property
    def table_name(self) -> str:
        return f"{self.name}{STORED}" if self.repeats else self.name


class CatalogTable(Construct):
    """A table whose partitions Athena computes from the period of a query, so that none has to be registered."""

    def __init__(self, scope: Construct, id_: str, *, context: Context, database: str, options: TableOptions) -> None:
        super().__init__(scope, id_)
        self.options = options
        self.database = database
        location = f"s3://{options.bucket.name}/{options.prefix}"
        keys = [GlueCatalogTablePartitionKeys(name=name, type="int") for name in PARTITIONS]
        table = GlueCatalogTable(
            self,
            "table",
            name=options.table_name,
            database_name=database,
            description=options.description,
            table_type="EXTERNAL_TABLE",
            parameters=_parameters(location, options),
            partition_keys=keys,
            storage_descriptor=_storage(location, options),
        )
        self.name = table.name
        self._arns = (
            context.arn("glue", "catalog"),
            context.arn("glue", f"database/{database}"),
            context.arn("glue", f"table/{database}/{table.name}"),
        )

    def grant_describe(self, role: Role) -> None:
        """Let ``role`` read the columns, as Firehose does."""
        actions = ("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions")
        role.allow(f"describe-{self.node.id}", Statement(actions=actions, resources=self._arns))


def _parameters(location: str, options: TableOptions) -> dict[str, str]:
    # These dollars are Athena's; doubled, Terraform does not interpret them.
    folders = "/".join(f"{name}=$${{{name}}}" for name in PARTITIONS)
    return {
        "EXTERNAL": "TRUE",
        "classification": options.format.classification,
        "projection.enabled": "true",
        "storage.location.template": f"{location}{folders}/",
        **_integers("year", FIRST_YEAR, LAST_YEAR),
        **_integers("month", 1, 12, _DIGITS),
        **_integers("day", 1, 31, _DIGITS),
    }


def _integers(name: str, first: int, last: int, digits: int | None = None) -> dict[str, str]:
    """Partition projection over a range of integers, both ends included."""
    own = {f"projection.{name}.type": "integer", f"projection.{name}.range": f"{first},{last}"}
    return own | ({f"projection.{name}.digits": str(digits)} if digits else {})


def _storage(location: str, options: TableOptions) -> GlueCatalogTableStorageDescriptor:
    row = GlueCatalogTableStorageDescriptorSerDeInfo(
        serialization_library=options.format.row, parameters=dict(options.format.parameters) or None
    )
    return GlueCatalogTableStorageDescriptor(
        location=location,
        input_format=options.format.reads,
        output_format=options.format.writes,
        columns=[
            GlueCatalogTableStorageDescriptorColumns(name=column.name, type=column.type) for column in options.columns
        ],
        ser_de_info=row,
    )
