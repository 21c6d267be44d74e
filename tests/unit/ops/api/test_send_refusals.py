"""`send`: the truth about what was refused, and an end where nothing would be taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.api.calls import ATTEMPTS
from tests.unit.ops.api.sending import FILE, accept, values_of, write
from tests.unit.ops.api.server import Answer, refusal


def refuse_negative(asked):
    """As the API does: positions in the request, and 400 where nothing is left."""
    values = [item["value"] for item in asked.json()]
    bad = [
        {"position": n, "reason": "invalid_value", "detail": "the value\nis negative"}
        for n, value in enumerate(values)
        if value < 0
    ]
    if len(bad) == len(values):
        return refusal(400, "no_valid_reading", rejected=bad)
    return Answer({"accepted": len(values) - len(bad), "rejected": bad, "duplicates": 0}, 202)


def test_refused_lines_are_named_and_the_rest_arrives(run, server):
    server.route = refuse_negative
    FILE.write_text('{"value": 1}\n\n{"value": -2}\n{broken\n{"value": 5}\n{"value": -6}\n')

    status, output, _ = run("send", FILE, "--batch", 2)

    assert status == 1
    third, fourth, sixth = sorted(output.splitlines()[:-1])
    assert third == "line 3: invalid_value: the value is negative"
    assert fourth.startswith("line 4: invalid_json: the text is not JSON: ")
    assert sixth == "line 6: invalid_value: the value is negative"
    assert "5 lines in 2 requests" in output
    assert "2 readings accepted, 0 duplicates, 3 refused" in output


def test_a_batch_without_valid_readings_does_not_affect_others(run, server):
    server.route = refuse_negative
    FILE.write_text('{"value": -1}\n{"value": 2}\n')

    status, output, _ = run("send", FILE, "--batch", 1)

    assert status == 1
    assert "1 readings accepted, 0 duplicates, 1 refused" in output


@pytest.mark.parametrize("status", [400, 413])
def test_an_item_that_spoils_its_request_is_found_in_halves(run, server, status):
    def route(asked):
        if 6 in values_of(asked):
            return refusal(status, "body_refused", "Not this one.")
        return accept(asked)

    server.route = route

    status, output, _ = run("send", write(8))

    assert status == 1
    assert output.splitlines()[0] == "line 6: body_refused: Not this one."
    accepted = [value for asked in server.asked if 6 not in (values := values_of(asked)) for value in values]
    assert accepted == [1, 2, 3, 4, 5, 7, 8]


def test_what_was_throttled_inside_a_request_is_sent_again_alone(run, server):
    throttled = [{"position": place, "reason": "throttled", "detail": "later"} for place in (0, 2, 2)]
    server.answers = [Answer({"accepted": 1, "rejected": throttled, "duplicates": 0}, 202)]
    server.route = accept

    status, output, _ = run("send", write(3))

    assert status == 0
    assert [values_of(asked) for asked in server.asked] == [[1, 2, 3], [1, 3]]
    assert "3 readings accepted, 0 duplicates, 0 refused" in output


def test_what_stays_throttled_ends_the_command(run, server):
    throttled = [{"position": 0, "reason": "throttled", "detail": "later"}]
    server.route = lambda _asked: Answer({"accepted": 0, "rejected": throttled, "duplicates": 0}, 202)

    status, _, error = run("send", write(1))

    assert status == 1
    assert "stopped at line 1: failed after 10 attempts" in error
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == ATTEMPTS


def test_a_message_with_readings_is_unchanged_its_elements_are_named(run, server):
    body = '{"device_id":"a","readings":[{"value":1},{"value":2}]}'
    FILE.write_text(body)
    rejected = [{"position": 1, "reason": "no_sensor_type", "detail": "none"}]
    server.answers = [Answer({"accepted": 1, "rejected": rejected, "duplicates": 0}, 202)]

    status, output, _ = run("send", FILE)

    assert status == 1
    assert server.asked[0].body == body.encode()
    assert output.splitlines()[0] == "line 1: no_sensor_type: element 2: none"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (refusal(403, "forbidden", "Not you."), "stopped at line 1: the API answered 403 forbidden: Not you."),
        (Answer({"message": "Missing Authentication Token"}, 404), "404 http_error: Missing Authentication Token"),
        (Answer(b"<html>", 200), "the response with status 200 is not a JSON object; check the URL of the API"),
    ],
)
def test_what_every_request_would_meet_ends_the_command(run, server, answer, words):
    server.answers = [answer]

    status, output, error = run("send", write(3), "--batch", 1)

    assert status == 1
    assert words in error
    assert len(server.asked) == 1
    assert "0 readings accepted" in output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["missing.ndjson"], "missing.ndjson: No such file"),
        ([FILE, "--batch", "501"], "must be between 1 and 500"),
        ([FILE, "--batch", "0"], "must be between 1 and 500"),
        ([FILE, "--batch", "many"], "invalid"),
        ([FILE, "--rate", "0"], "must be at least 1"),
        ([FILE, "--url", "api"], "is not the URL of an API"),
        (["empty"], "empty is empty"),
        (["text"], "must be NDJSON, a JSON array, or a table"),
        (["text", "--format", "none"], "--format none: there is no such format"),
        (["text", "--device", "press-1"], "need --format"),
        (["text", "--format", "csv", "--device", "press 1"], "not 1-128 characters"),
        (["text", "--format", "csv"], "text must be NDJSON"),
        (["text", "--format", "csv", "--formats", "text"], "not a file with [[formats]]"),
    ],
)
def test_bad_input_is_status_2_and_sends_nothing(run, server, arguments, words):
    write(1)
    Path("empty").touch()
    Path("text").write_text("hello\n")

    status, _, error = run("send", *arguments)

    assert (status, len(server.asked)) == (2, 0)
    assert words in error
