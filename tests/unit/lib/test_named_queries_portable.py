"""What holds for each of the named queries."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from lib.archive.queries import FOLDER, queries
from lib.config import load_preset
from tests.support.lake import HOUR_MS, put, sql_of

SHARED_FUNCTIONS = {
    *("avg", "cast", "coalesce", "count", "date_diff", "day", "greatest", "lead", "least", "max", "min", "month"),
    *("round", "row_number", "sum", "year"),
}
"""What both Trino and DuckDB have under one name and with one meaning."""
BEFORE_PARENTHESES = {"as", "by", "from", "in", "over", "when", "where", "and", "or"}


NAMES = sorted(path.stem for path in FOLDER.glob("*.sql"))
EACH = pytest.mark.parametrize("name", NAMES)


def test_the_plant_has_its_five_queries():
    assert NAMES == ["anomalies_by_line_and_day", "gaps", "hourly_values", "last_value_per_sensor", "uptime"]


@EACH
def test_runs_now_on_an_empty_lake(lake, name):
    config = load_preset("plant-monitoring")

    (query,) = [query for query in queries(config, {"anomalies": None}) if query.name == name]

    assert lake.execute(query.sql).fetchall() == []


@EACH
def test_finds_what_arrives_now(lake, name):
    now_ms = round(datetime.now(UTC).timestamp() * 1000)
    config = load_preset("plant-monitoring")
    for table in ("readings", "anomalies"):
        put(lake, table, timestamp_ms=now_ms - HOUR_MS, arrived_ms=now_ms)

    (query,) = [query for query in queries(config, {"anomalies": None}) if query.name == name]

    assert len(lake.execute(query.sql).fetchall()) == 1


@EACH
def test_calls_only_what_both_dialects_have(name):
    words = re.sub(r"--.*|'[^']*'", "", sql_of(name)).lower()

    called = set(re.findall(r"\b([a-z_]+)\s*\(", words)) - BEFORE_PARENTHESES
    assert called <= SHARED_FUNCTIONS
    assert not re.search(r"::|//|\bilike\b|\bqualify\b|\bfilter\b|\bexclude\b", words)


@EACH
def test_says_which_days_of_arrival_it_looks_into(name):
    assert "year >= year(" in sql_of(name, tables=["processed"])


@EACH
def test_says_in_a_sentence_what_it_answers(name):
    (query,) = [q for q in queries(load_preset("manufacturing"), {"processed": None}) if q.name == name]

    assert query.description.endswith(".")
    assert "$" not in query.description + query.sql
    assert len(query.description) <= 1024
