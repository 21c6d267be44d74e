"""Views in MiniStack's Athena, which knows tables only: each one is replaced by its query before it is run."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_BEFORE, _AFTER = "/* Presto View: ", " */"


def query_of(table: Mapping[str, Any]) -> str | None:
    """Return the SQL of a view in the catalog; None for a table."""
    if table.get("TableType") != "VIRTUAL_VIEW":
        return None
    encoded = str(table["ViewOriginalText"]).removeprefix(_BEFORE).removesuffix(_AFTER)
    sql: str = json.loads(base64.b64decode(encoded))["originalSql"]
    return sql


def expand_views(query: str, database: str | None, find: Callable[[str, str], Mapping[str, Any] | None]) -> str:
    """Return the query with each view in place of its name. ``find`` gets a database and a table's name."""
    from ministack.services import athena

    edits = []
    for reference in athena._table_references(query):
        table = find(reference.database or database or "default", reference.table)
        sql = None if table is None else query_of(table)
        if sql is not None:
            alias = "" if reference.aliased else f' AS "{reference.table}"'
            edits.append((reference.start, reference.end, f"({sql}){alias}"))
    for start, end, replacement in sorted(edits, reverse=True):
        query = query[:start] + replacement + query[end:]
    return query


def know_views() -> None:
    """Let queries name views."""
    from ministack.services import athena, glue

    rewrite = athena._rewrite_data_paths

    async def rewrite_views(query: str, database: str | None, catalog: str | None = None) -> Any:
        expanded = expand_views(query, database, lambda schema, name: glue._tables.get(f"{schema}/{name}"))
        return await rewrite(expanded, database, catalog)

    athena._rewrite_data_paths = rewrite_views
