"""``ops decode``: what the pipeline makes of a payload, and how the command says so."""

from __future__ import annotations

import io
import json
import sys

import pytest

from lib.config import load
from ops.__main__ import main

ARRIVED = 1_763_712_345_000
KEPWARE = {"values": [{"id": "A.Temp", "v": 71.5, "q": True, "t": ARRIVED - 5000}], "extra": 1}
OWN = """
[[formats]]
name = "own"
topic = "halls/{device}"
each = "tags[]"
sensor = "n"
value = "v"
skip = ["seq", "meta.*"]
"""
MESSAGE = {"tags": [{"n": "Temp", "v": 71.5}], "seq": 1, "meta": {"a": 1}, "rssi": -70}


@pytest.fixture
def decoded(tmp_path, capsys):
    """Runs the command on a payload and returns status, output and error."""

    def run(payload, *arguments):
        file = tmp_path / "payload"
        file.write_bytes(payload if isinstance(payload, bytes) else json.dumps(payload).encode())
        status = main(["decode", str(file), "--arrived", str(ARRIVED), *arguments])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def own(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(OWN)
    return str(file)


def test_json_has_readings_rejects_and_skipped(decoded):
    status, out, _ = decoded(KEPWARE, "--format", "kepware", "--device", "press-7", "--json")

    assert status == 1
    assert json.loads(out) == {
        "readings": [
            {
                "device_id": "press-7",
                "sensor_type": "temp",
                "value": 71.5,
                "timestamp_ms": ARRIVED - 5000,
                "quality": "good",
                "unit": None,
            }
        ],
        "rejects": [
            {
                "reason": "unknown_field",
                "detail": "format kepware does not say what 'extra' is: name it, or skip it",
                "path": "extra",
            }
        ],
        "skipped": [],
    }


def test_outages_are_shown_and_are_no_refusal(decoded):
    message = {"values": {"a": 1}, "errors": {"Flow": 2014}, "timestamp": ARRIVED}

    status, out, _ = decoded(message, "--format", "neuron", "--device", "press-7", "--json")

    assert status == 0
    assert json.loads(out)["outages"] == [{"device_id": "press-7", "sensor_type": "flow", "timestamp_ms": ARRIVED}]


def test_what_was_skipped_says_by_which_rule(decoded, own):
    status, out, _ = decoded(MESSAGE, "--formats", own, "--format", "own", "--device", "press-7")

    assert status == 0
    rules = {line.split()[0]: " ".join(line.split()[1:]) for line in out.partition("SKIPPED")[2].splitlines()[1:]}
    assert rules == {"seq": "skip has 'seq'", "meta.a": "skip has 'meta.*'", "rssi": "the sender's housekeeping"}


def test_a_topic_chooses_the_format_and_the_device(decoded, own):
    status, out, _ = decoded(MESSAGE, "--formats", own, "--topic", "halls/press-7", "--json")

    assert status == 0
    assert [(each["device_id"], each["sensor_type"]) for each in json.loads(out)["readings"]] == [("press-7", "temp")]


def test_an_environment_brings_formats_and_gateways(decoded, tmp_path, monkeypatch):
    (tmp_path / "plant.toml").write_text(f'preset = "manufacturing"\n[gateways]\ngw-1 = ["press-"]\n{OWN}')
    monkeypatch.setattr(load, "ENVIRONMENTS", tmp_path)

    for device, status in (("gw-1", 0), ("press-8", 1)):
        found, _, _ = decoded(MESSAGE, "--environment", "plant", "--topic", "halls/press-7", "--device", device)

        assert found == status


def test_without_a_format_the_usual_shapes_are_read(decoded):
    assert decoded({"temperature": 1}, "--device", "a")[0] == 0
    assert decoded(KEPWARE, "--device", "a")[0] == 1


def test_a_refused_element_says_its_place(decoded):
    status, out, _ = decoded(b'[{"a": 1}, {"b": "x"}]', "--device", "a", "--json")

    assert status == 1
    assert [reject["path"] for reject in json.loads(out)["rejects"]] == ["[1]"]


def test_two_values_of_one_sensor_and_time_contradict_each_other(decoded):
    values = [{"id": "A.Temp", "v": value, "t": ARRIVED} for value in (1, 1, 2)]

    status, out, _ = decoded({"values": values}, "--format", "kepware", "--device", "a", "--json")

    found = json.loads(out)
    assert status == 1
    assert [each["value"] for each in found["readings"]] == [1]
    assert [each["reason"] for each in found["rejects"]] == ["conflict"]


def test_standard_input_is_read(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b'{"temperature": 1}')))

    assert main(["decode", "-", "--device", "a"]) == 0
    assert "temperature" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--format", "kep"], "there is no such format; allowed are advantech-wise"),
        (["--format", "own"], "there is no such format"),
        (["--device", "a b"], "the device id is not 1-128"),
        (["--arrived", "yesterday"], "must be UTC milliseconds"),
        (["--environment", "A B"], "allowed are 1 to 20 of a-z"),
        (["--formats", "gone.toml"], "gone.toml: No such file"),
        (["--formats", __file__], "not a file with [[formats]]"),
    ],
    ids=str,
)
def test_bad_use_is_one_line_and_status_2(decoded, arguments, words):
    status, out, error = decoded({"temperature": 1}, *arguments)

    assert (status, out) == (2, "")
    assert words in error
    assert error.count("\n") == 1


def test_formats_to_try_follow_the_rules(decoded, tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text('[[formats]]\nname = "own"\nfrom = "("\n')

    status, _, error = decoded({}, "--formats", str(file))

    assert status == 2
    assert "formats[0].from='('" in error
