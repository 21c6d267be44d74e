"""Views in the embedded Athena: their queries stand in the place of their names."""

from __future__ import annotations

import base64
import json
from typing import Any

import duckdb
import pytest

from local.embedded.athena import expand_views

SQL = "SELECT a FROM (SELECT a, row_number() OVER (PARTITION BY a ORDER BY b) AS n FROM t_stored) AS copies WHERE n = 1"
ENCODED = base64.b64encode(json.dumps({"originalSql": SQL}).encode()).decode()
CATALOG: dict[tuple[str, str], Any] = {
    ("db", "t"): {"TableType": "VIRTUAL_VIEW", "ViewOriginalText": f"/* Presto View: {ENCODED} */"},
    ("db", "t_stored"): {"TableType": "EXTERNAL_TABLE"},
}


def expanded(query: str) -> str:
    return expand_views(query, "db", lambda schema, name: CATALOG.get((schema, name)))


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("SELECT count(*) FROM t", 2),
        ("SELECT count(*) FROM db.t", 2),
        ("SELECT count(*) FROM t AS x JOIN t AS y ON x.a = y.a", 2),
        ("SELECT count(*) FROM (SELECT t.a FROM t WHERE a > 1) AS inner_", 1),
        ("SELECT count(*) FROM t_stored", 3),
        ("WITH t AS (SELECT 1 AS a) SELECT count(*) FROM t", 1),
    ],
)
def test_a_view_is_its_query_and_a_table_stays(query: str, count: int) -> None:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE t_stored AS SELECT * FROM (VALUES (1, 1), (1, 2), (2, 1)) AS rows_(a, b)")
        assert connection.execute(expanded(query)).fetchall() == [(count,)]
