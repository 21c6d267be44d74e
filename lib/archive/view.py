"""A view of the catalog, as Athena stores one."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from cdktf_cdktf_provider_aws.glue_catalog_table import (
    GlueCatalogTable,
    GlueCatalogTableStorageDescriptor,
    GlueCatalogTableStorageDescriptorColumns,
)
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lib.archive.schema import Column

_TYPES = {"string": "varchar"}
"""Hive's names of types in Athena's SQL, if they differ."""


class CatalogView(Construct):
    """``sql`` under a name, with these columns. Athena reads views in the format of Presto.

    ``schema`` is the name of the database as text, since it is encoded.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        database: str,
        schema: str,
        description: str,
        columns: Sequence[Column],
        sql: str,
    ) -> None:
        super().__init__(scope, id_)
        definition = {
            "originalSql": sql,
            "catalog": "awsdatacatalog",
            "schema": schema,
            "columns": [{"name": column.name, "type": _TYPES.get(column.type, column.type)} for column in columns],
        }
        encoded = base64.b64encode(json.dumps(definition).encode()).decode()
        view = GlueCatalogTable(
            self,
            "table",
            name=name,
            database_name=database,
            description=description,
            table_type="VIRTUAL_VIEW",
            parameters={"presto_view": "true", "comment": "Presto View"},
            view_original_text=f"/* Presto View: {encoded} */",
            view_expanded_text="/* Presto View */",
            storage_descriptor=GlueCatalogTableStorageDescriptor(
                columns=[
                    GlueCatalogTableStorageDescriptorColumns(name=column.name, type=column.type) for column in columns
                ]
            ),
        )
        self.name = view.name
