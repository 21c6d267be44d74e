"""`ops sql`: results as tables and as CSV, and the queries that the workgroup keeps."""

from __future__ import annotations

import pytest

from ops.sql.athena import in_words


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
def test_all_pages_are_read_and_only_one_header_printed(athena, sql, how):
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


def test_a_device_id_is_not_a_terminal_command(athena, sql):
    athena.answer(["device_id"], [["\x1b[2Jpress"]])

    assert "\\x1b[2Jpress" in sql("SELECT device_id FROM readings")[1]


def test_the_workgroups_queries_are_listed_by_name(athena, sql):
    assert sql("--list") == (0, "NAME    WHAT\ngaps    -\nuptime  Of each device\n", "")


def test_a_query_of_the_workgroup_runs_in_its_own_database(athena, sql):
    sql("--named", "uptime")

    assert athena.started[0]["QueryString"] == "SELECT 2"
    assert athena.started[0]["QueryExecutionContext"] == {"Database": "other"}


def test_a_query_that_the_workgroup_does_not_have_is_named(athena, sql):
    assert sql("--named", "upptime") == (2, "", "--named upptime is unknown; allowed are gaps, uptime\n")


@pytest.mark.parametrize("arguments", [[], ["SELECT 1", "--list"], ["SELECT 1", "--named", "gaps"], ["--csv"]])
def test_one_thing_is_asked_at_a_time(athena, sql, arguments):
    status, _, error = sql(*arguments)

    assert status == 2
    assert "use exactly one of" in error


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
