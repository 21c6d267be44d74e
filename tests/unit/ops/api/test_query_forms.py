"""`query`: what people, spreadsheets and programs read."""

from __future__ import annotations

import csv
import json
import sys
from io import StringIO
from pathlib import Path
from subprocess import PIPE, Popen

from lambda_src.common.aws.objects import iso
from ops.group import OUTPUTS
from tests.unit.functions.factories import NOW_MS
from tests.unit.ops.api.asking import Readings, reading
from tests.unit.ops.api.server import Answer

PROJECT = Path(__file__).resolve().parents[4]


def test_people_read_columns(run, server):
    found = [reading(0, unit="C"), reading(1, value=0.1234567890123, is_anomaly=True, production_line="line-1")]
    server.answers = [Answer({"items": found, "count": 2, "next_token": None})]

    assert run("query", "press-1")[1].splitlines() == [
        "TIME                      SENSOR            VALUE         UNIT      ANOMALY  LINE",
        "2025-11-21T08:05:45.000Z  temperature       25.5          C         false    -",
        "2025-11-21T08:05:45.001Z  temperature       0.1234567890123  -         true     line-1",
    ]


def test_comma_separated_values_have_every_digit(run, server):
    server.answers = [Answer({"items": [reading(0, value=0.1 + 0.2, unit="a,b")], "count": 1, "next_token": None})]

    (row,) = csv.DictReader(StringIO(run("query", "press-1", "--csv")[1]))

    assert (row["value"], row["unit"], row["is_anomaly"], row["celsius"]) == ("0.30000000000000004", "a,b", "false", "")


def test_a_reader_that_has_enough_is_no_failure(server):
    server.route = Readings(20_000)
    command = [sys.executable, "-m", "ops", "query", "press-1", "--json", "--outputs", str(OUTPUTS.resolve())]

    with Popen(command, stdout=PIPE, stderr=PIPE, cwd=PROJECT) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()

    assert (process.returncode, error) == (0, b"")


def test_messages_as_they_came(run, server):
    item = {"device_id": "press-1", "arrived_ms": NOW_MS, "arrived": iso(NOW_MS), "message": '{"a": 1}', "readings": 1}
    server.route = lambda _asked: Answer({"items": [item | {"request_id": "r"}], "count": 1, "next_token": None})

    output = run("query", "press-1", "--table", "raw")[1]

    assert server.asked[0].query["table"] == "raw"
    assert output.splitlines()[1].split() == ["2025-11-21T08:05:45.000Z", "1", "r", '{"a":', "1}"]


def test_states_of_all_devices_in_a_status(run, server):
    state = {"device_id": "press-1", "status": "SILENT", "last_seen": iso(NOW_MS), "sensors": {}}
    server.route = lambda _asked: Answer({"items": [state], "count": 1, "next_token": None})

    output = run("query", "--devices", "--status", "SILENT")[1]

    assert (server.asked[0].path, server.asked[0].query) == ("/prod/devices", {"status": "SILENT", "limit": "1000"})
    assert output.splitlines()[1].split() == ["press-1", "SILENT", "2025-11-21T08:05:45.000Z", "-", "-"]


def test_the_state_of_one_device(run, server):
    state = {"device_id": "a:1", "status": "NORMAL", "sensors": {"temperature": {"value": 25.5}}}
    server.route = lambda _asked: Answer(state)

    assert json.loads(run("query", "a:1", "--devices")[1]) == state
    assert json.loads(run("query", "a:1", "--devices", "--json")[1]) == state
    assert run("query", "a:1", "--devices", "--csv")[1].splitlines()[1] == "a:1,NORMAL,,,,"
    assert {asked.target for asked in server.asked} == {"/prod/devices/a%3A1"}
