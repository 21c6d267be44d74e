"""`send`: every reading of a file, each once, and the truth about those that were refused."""

from __future__ import annotations

import _thread
import gzip
import signal
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path
from time import sleep

import pytest
from moto import mock_aws

from tests.unit.ops.api.sending import accept, values_of, write
from tests.unit.ops.api.server import KEYS, RESET, Answer, refusal


def test_a_file_is_sent_in_signed_batches_with_keys(run, server):
    server.route = accept

    status, output, _ = run("send", write(5), "--batch", 2)

    assert status == 0
    assert [values_of(asked) for asked in server.asked] == [[1, 2], [3, 4], [5]]
    assert {(asked.method, asked.path) for asked in server.asked} == {("POST", "/prod/ingest")}
    assert all(asked.signed_by(KEYS) for asked in server.asked)
    assert all(asked.headers["content-type"] == "application/json" for asked in server.asked)
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == 3
    assert "5 lines in 3 requests (0 retries, 0 already known)" in output
    assert "5 readings accepted, 0 duplicates, 0 refused" in output


def test_throttled_or_broken_requests_are_retried_with_the_same_key(run, server):
    server.route = accept
    server.answers = [
        refusal(429, "throttled", headers={"Retry-After": "0"}),
        RESET,
        refusal(503, "try_again", headers={"Retry-After": "0"}),
    ]

    status, output, _ = run("send", write(1))

    assert status == 0
    assert len(server.asked) == 4
    assert len({(asked.headers["idempotency-key"], asked.body) for asked in server.asked}) == 1
    assert "1 lines in 1 requests (3 retries, 0 already known)" in output


def test_what_the_api_knows_already_is_said(run, server):
    server.route = lambda asked: accept(asked)._replace(headers={"Idempotent-Replayed": "true"})

    assert "in 1 requests (0 retries, 1 already known)" in run("send", write(1))[1]


def test_the_same_file_gives_the_same_requests_without_new(run, server):
    server.route = accept
    for more in ((), (), ("--new",), ("--new",)):
        run("send", write(1), *more)

    first, second, *new = [asked.headers["idempotency-key"] for asked in server.asked]

    assert first == second
    assert len({first, *new}) == 3


def test_readings_that_are_judged_tell_of_anomalies(run, server):
    def route(asked):
        readings = [
            {
                "position": place,
                "device_id": "press-1",
                "sensor_type": "temperature",
                "value": value,
                "is_anomaly": value > 1,
                "severity": "warning",
                "reason": "above 1",
            }
            for place, value in enumerate(values_of(asked))
        ]
        return Answer({"accepted": len(readings), "readings": readings, "rejected": [], "duplicates": 0})

    server.route = route

    status, output, _ = run("send", write(2), "--process")

    assert status == 0
    assert server.asked[0].path == "/prod/process"
    assert output.splitlines()[0] == "line 2: anomaly: press-1 temperature 2 warning above 1"
    assert "0 refused, 1 anomalies" in output


def test_standard_input_may_hold_rows(run, server, monkeypatch):
    rows = b"device_id,sensor_type,value,timestamp\npress-1,temperature,25.5,2025-11-21T08:05:45Z\n"
    monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(rows)))
    server.route = accept

    assert run("send", "-")[0] == 0
    assert server.asked[0].json() == [
        {"device_id": "press-1", "sensor_type": "temperature", "value": 25.5, "timestamp": 1763712345000}
    ]


def test_a_file_in_a_format_of_ones_own_is_sent(run, server):
    Path("formats.toml").write_text(
        '[[formats]]\nname = "line-1"\nextends = "csv-wide"\ndecimal = ","\nzone = "Europe/Berlin"\n'
        'time = "Zeit"\ntime_format = "%d.%m.%Y %H:%M:%S"\n'
    )
    Path("data.csv.gz").write_bytes(gzip.compress("Zeit;Druck\r\n21.11.2025 09:05:45;3,2\r\nx;1\r\n".encode("utf-16")))
    server.route = accept

    status, output, _ = run(
        "send", "data.csv.gz", "--format", "line-1", "--formats", "formats.toml", "--device", "press-7"
    )

    assert server.asked[0].json() == [
        {"device_id": "press-7", "sensor_type": "druck", "value": 3.2, "timestamp": 1763712345000}
    ]
    assert status == 1
    assert "line 3: invalid_timestamp" in output


def test_a_rate_makes_batches_no_larger_than_a_second(run, server):
    server.route = accept

    run("send", write(150), "--rate", 1000, "--batch", 500)
    run("send", write(3), "--rate", 2)

    assert [len(asked.json()) for asked in server.asked] == [150, 2, 1]


def test_the_address_may_be_another_one(run, server):
    server.route = accept

    assert run("send", write(1), "--url", server.url.replace("/prod", "/restapis/a/prod/_user_request_/"))[0] == 0
    assert server.asked[0].path == "/restapis/a/prod/_user_request_/ingest"


def test_a_role_signs_where_one_is_named(run, server):
    server.route = accept

    with mock_aws():
        assert run("send", write(1), "--role-arn", "arn:aws:iam::123456789012:role/writer")[0] == 0

    (asked,) = server.asked
    assert KEYS.access_key not in asked.headers["authorization"]
    assert asked.headers["x-amz-security-token"] not in ("", KEYS.token)


@pytest.fixture
def interruptible():
    """Ctrl-C interrupts, also where the tests run in the background of a shell that has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_command_says_how_far_it_came(run, server):
    def interrupt(asked):
        if len(server.asked) == 2:
            _thread.interrupt_main()
            sleep(1)
        return accept(asked)

    server.route = interrupt

    status, output, error = run("send", write(9), "--batch", 3)

    assert (status, error) == (130, "interrupted\n")
    assert output.startswith("3 lines in 1 requests")
