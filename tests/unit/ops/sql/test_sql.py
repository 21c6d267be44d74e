"""`ops sql`: results, failures in Athena's words, and what becomes of a query that nobody waits for any more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ops.__main__ import main
from ops.cloud import Cloud
from ops.sql.athena import LONGEST_WAIT_SECONDS, in_words
from tests.unit.functions.fakes import client_error
from tests.unit.ops.deployment import REGION
from tests.unit.ops.sql.fakes import FakeAthena

OUTPUTS = {"aws_region": REGION, "athena_workgroup": "plant-work", "glue_database": "plant"}


@pytest.fixture
def athena(monkeypatch):
    fake = FakeAthena()
    monkeypatch.setattr(Cloud, "athena", fake)
    Path("cfn-outputs/flat-outputs.json").write_text(json.dumps(OUTPUTS))
    return fake


@pytest.fixture
def waits(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture
def sql(capsys):
    def run(*arguments):
        status = main(["sql", *arguments])
        text = capsys.readouterr()
        return status, text.out, text.err

    return run


def test_a_result_is_a_table(athena, sql):
    athena.answer(["device_id", "value"], [["press-1", "71.5"], ["press-22", None]])

    status, out, error = sql("SELECT device_id, value FROM readings")

    assert status == 0
    assert out == "device_id  value\npress-1    71.5\npress-22   -\n"
    assert error == "2 rows, 12.3 MB scanned\n"
    assert athena.started == [
        {
            "QueryString": "SELECT device_id, value FROM readings",
            "WorkGroup": "plant-work",
            "QueryExecutionContext": {"Database": "plant"},
        }
    ]


def test_a_result_as_csv_keeps_every_character(athena, sql):
    athena.answer(["a", "b"], [['say "x", y', None], ["two\nlines", ""]])

    assert sql("SELECT 1", "--csv")[1] == 'a,b\n"say ""x"", y",\n"two\nlines",\n'


@pytest.mark.parametrize("how", [[], ["--csv"]])
def test_all_pages_are_read_and_only_the_first_has_a_header(athena, sql, how):
    athena.answer(["n"], [[str(n)] for n in range(999)], [["n"], ["1000"]], [["1001"]])

    status, out, _ = sql("SELECT n FROM numbers", *how)

    assert status == 0
    assert out.split() == ["n", *map(str, range(999)), "n", "1000", "1001"]


def test_a_result_without_a_header_keeps_its_first_row(athena, sql):
    athena.kind, athena.columns, athena.pages = "UTILITY", ["tab_name"], [[["tab_name"], ["readings"]]]

    assert sql("SHOW TABLES")[1].split() == ["tab_name", "tab_name", "readings"]


def test_a_result_without_rows_shows_its_columns(athena, sql):
    athena.answer(["n"], [])

    assert sql("SELECT n FROM numbers WHERE false")[1] == "n\n"


def test_a_statement_without_a_result_shows_nothing(athena, sql):
    athena.kind = "DDL"

    assert sql("MSCK REPAIR TABLE readings")[:2] == (0, "")


def test_what_a_device_called_itself_is_no_command_to_the_terminal(athena, sql):
    athena.answer(["device_id"], [["\x1b[2Jpress"]])

    assert "\\x1b[2Jpress" in sql("SELECT device_id FROM readings")[1]


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
    assert "Bytes scanned limit was exceeded: plant-work allows 1 GB a query" in error
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


def test_the_workgroups_queries_are_listed_by_name(athena, sql):
    assert sql("--list") == (0, "NAME    WHAT\ngaps    -\nuptime  Of each device\n", "")


def test_a_query_of_the_workgroup_runs_in_its_own_database(athena, sql):
    sql("--named", "uptime")

    assert athena.started[0]["QueryString"] == "SELECT 2"
    assert athena.started[0]["QueryExecutionContext"] == {"Database": "other"}


def test_a_query_that_the_workgroup_does_not_have_is_named(athena, sql):
    assert sql("--named", "upptime") == (2, "", "--named upptime: there are gaps, uptime\n")


@pytest.mark.parametrize("arguments", [[], ["SELECT 1", "--list"], ["SELECT 1", "--named", "gaps"], ["--csv"]])
def test_one_thing_is_asked_at_a_time(athena, sql, arguments):
    status, _, error = sql(*arguments)

    assert status == 2
    assert "give one of" in error


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1 KB"),
        (12_345_678, "12.3 MB"),
        (10**9, "1 GB"),
        (999_600, "1 MB"),
        (10**15, "1,000 TB"),
    ],
)
def test_sizes_in_words(size, words):
    assert in_words(size) == words
