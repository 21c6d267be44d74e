"""The catalog: one database, and a table for each of the deployment's archives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.glue_catalog_database import GlueCatalogDatabase
from constructs import Construct

from lambda_src.common.quarantine import QuarantineLine
from lambda_src.common.readings.reading import Reading
from lambda_src.processor.stores.processed_line import ProcessedLine
from lib.archive.firehose import RAW_PREFIX
from lib.archive.once import each_once
from lib.archive.schema import Column, columns_of
from lib.archive.table import JSON_LINES, LINES, PARQUET, CatalogTable, TableOptions
from lib.archive.view import CatalogView
from lib.building.iam import Statement
from lib.store.anomalies import ANOMALIES_PREFIX, Anomalies
from lib.store.processed import PROCESSED_PREFIX, ProcessedBucket

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lib.building.iam import Role
    from lib.context import Context
    from lib.store.bucket import Bucket
    from lib.store.stores import Stores

READINGS_PREFIX = "readings/"


class Catalog(Construct):
    """The tables by name: ``readings`` and ``quarantine`` always, ``raw``, ``processed`` and ``anomalies`` if deployed.

    ``readings``, ``processed`` and ``anomalies`` are views of what is stored, ``readings_stored`` and so on.
    The database grants nothing by itself, and Lake Formation is not used: IAM decides.
    """

    def __init__(self, scope: Construct, id_: str, *, context: Context, lake: Bucket, stores: Stores) -> None:
        super().__init__(scope, id_)
        database_name = context.naming.table("lake")
        database = GlueCatalogDatabase(
            self,
            "database",
            name=database_name,
            description=f"Archives of the IoT pipeline, {context.suffix}",
        )
        self.database = database.name
        self.tables = {
            options.name: CatalogTable(
                self, options.table_name.replace("_", "-"), context=context, database=self.database, options=options
            )
            for options in (readings_in(lake), *_others(stores))
        }
        for name, table in self.tables.items():
            if table.options.repeats:
                self._view(name, table, database_name)
        self.readings = self.tables["readings"]
        self._default = context.arn("glue", "database/default")
        self._arns = (
            context.arn("glue", "catalog"),
            context.arn("glue", f"database/{self.database}"),
            context.arn("glue", f"table/{self.database}/*"),
        )

    def _view(self, name: str, table: CatalogTable, schema: str) -> None:
        """Show each reading of the table once. The address is that of the former table, which so changes in place."""
        columns = table.options.columns
        CatalogView(
            self,
            name,
            name=name,
            database=self.database,
            schema=schema,
            description=f"{table.options.description}; each once, the first value wins",
            columns=columns,
            sql=each_once(name, [column.name for column in columns]),
        )

    def grant_read(self, role: Role) -> None:
        """Let ``role`` see the tables and read their objects."""
        actions = ("GetDatabase", "GetTable", "GetTables", "GetPartition", "GetPartitions", "BatchGetPartition")
        statement = Statement(actions=tuple(f"glue:{action}" for action in actions), resources=self._arns)
        # Athena looks for the database called default whatever a query names (Athena user guide, Configure access to
        # databases and tables in the Glue Data Catalog).
        default = Statement(actions=("glue:GetDatabase",), resources=(self._arns[0], self._default))
        role.allow("read-catalog", statement, default)
        prefixes: dict[Bucket, list[str]] = {}
        for table in self.tables.values():
            prefixes.setdefault(table.options.bucket, []).append(table.options.prefix)
        for bucket, below in prefixes.items():
            bucket.grant_read(role, *below)


def readings_in(lake: Bucket) -> TableOptions:
    """Return the lake's own table."""
    return TableOptions(
        name="readings",
        description="Every reading as it arrived",
        bucket=lake,
        prefix=READINGS_PREFIX,
        columns=columns_of(Reading),
        format=PARQUET,
        repeats=True,
    )


def _others(stores: Stores) -> Iterator[TableOptions]:
    yield TableOptions(
        name="quarantine",
        description="Content that could not be stored as a reading, with the reason",
        bucket=stores.quarantine,
        prefix="quarantine/",
        columns=columns_of(QuarantineLine),
        format=JSON_LINES,
    )
    if stores.raw:
        yield TableOptions(
            name="raw",
            description="Every original record of the stream",
            bucket=stores.raw,
            prefix=RAW_PREFIX,
            columns=[Column("record", "string")],
            format=LINES,
        )
    if processed := stores.find(ProcessedBucket):
        yield TableOptions(
            name="processed",
            description="Every reading with its verdict",
            bucket=processed,
            prefix=PROCESSED_PREFIX,
            columns=columns_of(ProcessedLine),
            format=JSON_LINES,
            repeats=True,
        )
    if anomalies := stores.find(Anomalies):
        yield TableOptions(
            name="anomalies",
            description="The readings that were judged anomalous",
            bucket=anomalies.bucket,
            prefix=ANOMALIES_PREFIX,
            columns=columns_of(ProcessedLine),
            format=JSON_LINES,
            repeats=True,
        )
