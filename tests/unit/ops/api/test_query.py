"""`query`: all pages, in the order in which the API gives them, with every digit."""

from __future__ import annotations

import json

import pytest

from ops.query import pages as pages_module
from tests.unit.functions.factories import NOW_MS
from tests.unit.ops.api.asking import Readings, reading
from tests.unit.ops.api.server import KEYS, RESET, Answer, refusal


def printed(output):
    return [json.loads(line) for line in output.splitlines()]


def test_pages_are_followed_to_the_end(run, server, monkeypatch):
    monkeypatch.setattr(pages_module, "PAGE", 10)
    server.route = Readings(25)

    status, output, _ = run("query", "press-1", "--json")

    assert status == 0
    assert [item["timestamp_ms"] - NOW_MS for item in printed(output)] == list(range(28))
    assert [asked.query.get("next_token") for asked in server.asked] == [None, "10", "20"]
    assert all(asked.signed_by(KEYS) and asked.path == "/prod/query" for asked in server.asked)


def test_a_page_that_was_lost_is_requested_again(run, server, monkeypatch):
    monkeypatch.setattr(pages_module, "PAGE", 2)
    server.route = Readings(3)
    server.answers = [refusal(429, "throttled", headers={"Retry-After": "0"}), RESET, refusal(503, "try_again")]

    assert len(printed(run("query", "press-1", "--json")[1])) == 4


@pytest.mark.parametrize(("limit", "sizes"), [(3, ["3"]), (10, ["10"]), (15, ["10", "5"]), (20, ["10", "10"])])
def test_a_limit_is_for_all_pages_together(run, server, monkeypatch, limit, sizes):
    monkeypatch.setattr(pages_module, "PAGE", 10)
    server.route = Readings(50)

    _, output, _ = run("query", "press-1", "--json", "--limit", limit)

    assert len(printed(output)) == limit
    assert [asked.query["limit"] for asked in server.asked] == sizes


def test_a_page_may_be_empty_and_not_the_last(run, server):
    server.answers = [
        Answer({"items": [], "count": 0, "next_token": "a"}),
        Answer({"items": [reading(0)], "count": 1, "next_token": None}),
    ]

    assert len(printed(run("query", "press-1", "--json")[1])) == 1


def test_pages_that_never_end_are_a_failure(run, server):
    server.route = lambda _asked: Answer({"items": [], "count": 0, "next_token": "a"})

    status, _, error = run("query", "press-1")

    assert status == 1
    assert "the same page of /query repeatedly" in error


def test_the_question_is_passed_on_in_the_apis_words(run, server):
    server.route = Readings(0)
    more = ("--sensor", "temperature", "--table", "processed", "--order", "desc")

    run("query", "press-1", "--from", "2025-11-21T09:05:45+01:00", "--to", "2025-11-22", *more)
    run("query", "press-1", "--date", "2025-11-21")
    run("query", "press-1")

    period = {"from": str(NOW_MS), "to": "1763769600000"}
    asked = {"sensor_type": "temperature", "table": "processed", "order": "desc"}
    assert [asked.query for asked in server.asked] == [
        {"device_id": "press-1", "limit": "1000", **period, **asked},
        {"device_id": "press-1", "limit": "1000", "event_date": "2025-11-21"},
        {"device_id": "press-1", "limit": "1000"},
    ]


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (refusal(400, "invalid_sensor_type", "The sensor type is odd."), 2, "The sensor type is odd."),
        (refusal(400, "invalid_status", "status must be one of ACTIVE."), 2, "must be one of ACTIVE."),
        (refusal(404, "device_not_found", "There is no device 'press-1'."), 2, "There is no device 'press-1'."),
        (refusal(400, "invalid_token", "next_token has expired."), 1, "400 invalid_token: next_token has expired."),
        (refusal(403, "forbidden", "Not you."), 1, "403 forbidden: Not you."),
        (Answer({"message": "Forbidden"}, 403), 1, "403 http_error: Forbidden"),
        (Answer(b"<html>"), 1, "check the URL of the API"),
        (Answer({"message": "hello"}), 1, "has no items"),
    ],
)
def test_a_refusal_is_told_in_the_apis_words(run, server, answer, status, words):
    server.answers = [answer]

    ended, _, error = run("query", "press-1")

    assert ended == status
    assert words in error


def test_an_untrusted_certificate_is_status_1_at_once(run, server):
    status, output, error = run("query", "press-1", "--url", server.url.replace("http:", "https:"))

    assert (status, output, server.asked) == (1, "", [])
    assert "SSL validation failed" in error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a DEVICE"),
        (["a b"], "A-Z"),
        (["../a", "--devices"], "A-Z"),
        (["press-1", "--status", "SILENT"], "--status requires --devices"),
        (["--devices", "--sensor", "temperature"], "--devices excludes"),
        (["press-1", "--devices", "--limit", "3"], "one device has one state"),
        (["press-1", "--date", "2025-11-21", "--from", "2025-11-21"], "--date excludes --from and --to"),
        (["press-1", "--from", "2025-11-22", "--to", "2025-11-21"], "--from must be earlier than --to"),
        (["press-1", "--from", "2025-02-30"], "is not an ISO 8601 time"),
        (["press-1", "--limit", "0"], "must be at least 1"),
        (["press-1", "--csv", "--json"], "not allowed with"),
        (["press-1", "--table", "all"], "invalid choice"),
    ],
)
def test_bad_input_is_status_2_and_asks_nothing(run, server, arguments, words):
    status, _, error = run("query", *arguments)

    assert (status, len(server.asked)) == (2, 0)
    assert words in error
