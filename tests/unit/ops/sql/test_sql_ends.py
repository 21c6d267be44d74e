"""How a query ends: waited for, failed in Athena's words, over its limit, or stopped since nobody waits any more."""

from __future__ import annotations

import pytest

from ops.sql.athena import LONGEST_WAIT_SECONDS
from tests.unit.functions.fakes import client_error


def test_it_waits_longer_and_longer(athena, sql, waits):
    athena.states = ["QUEUED"] * 3 + ["RUNNING"] * 20 + ["SUCCEEDED"]

    assert sql("SELECT 1")[0] == 0
    assert waits == sorted(waits)
    assert len(waits) == 23
    assert waits[-1] == LONGEST_WAIT_SECONDS


def test_a_failed_query_is_one_line_with_athenas_words(athena, sql):
    athena.states, athena.reason = ["RUNNING", "FAILED"], "COLUMN_NOT_FOUND: line 1:8:\nColumn 'x' cannot be resolved"

    assert sql("SELECT x FROM readings") == (1, "", "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved\n")


def test_a_statement_that_athena_does_not_take_is_one_line(athena, sql):
    athena.refusal = "InvalidRequestException"

    status, out, error = sql("SELEC 1")

    assert (status, out) == (1, "")
    assert "InvalidRequestException" in error
    assert athena.stopped == []


def test_a_query_over_the_scan_limit_names_the_limit(athena, sql):
    athena.states, athena.reason = ["CANCELLED"], "Query cancelled! : Bytes scanned limit was exceeded"
    athena.limit = 10**9

    status, _, error = sql("SELECT * FROM readings")

    assert status == 1
    assert "Bytes scanned limit was exceeded: plant-work allows 1 GB per query" in error
    assert error.count("\n") == 1


def test_a_query_that_somebody_else_cancelled_says_so(athena, sql):
    athena.states = ["CANCELLED"]

    assert sql("SELECT 1") == (1, "", "the query was cancelled: Athena gave no reason\n")


@pytest.mark.parametrize(
    ("end", "status"), [(KeyboardInterrupt(), 130), (client_error("AccessDeniedException", 403), 1)]
)
def test_a_query_that_is_not_waited_for_is_stopped(athena, sql, waits, end, status):
    athena.states = ["RUNNING", end]

    assert sql("SELECT 1")[0] == status
    assert athena.stopped == ["id-1"]


def test_a_query_that_could_not_be_stopped_is_named(athena, sql, waits, monkeypatch):
    athena.states = ["RUNNING", KeyboardInterrupt()]

    def refuse(**_request):
        raise client_error("AccessDeniedException", 403)

    monkeypatch.setattr(athena, "stop_query_execution", refuse)

    status, _, error = sql("SELECT 1")

    assert status == 130
    assert "left behind: query id-1" in error


def test_a_query_that_ended_is_not_stopped(athena, sql):
    sql("SELECT 1")

    assert athena.stopped == []
