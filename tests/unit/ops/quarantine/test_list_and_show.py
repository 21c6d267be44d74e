"""What lies in quarantine: counted by day and reason, and shown with what was sent."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from lambda_src.common.aws.objects import iso
from tests.unit.functions.envelopes import wrapped
from tests.unit.functions.factories import NOW_MS, body
from tests.unit.ops.quarantine.plant import HOUR_MS

DAY_MS = 24 * HOUR_MS
TODAY = iso(NOW_MS)[:10]
TOMORROW = iso(NOW_MS + DAY_MS)[:10]


def test_lines_are_counted_by_day_and_reason(plant, quarantine):
    plant.refuse(b"junk", body(value="x"), b"more junk")
    plant.refuse(b"junk", at=NOW_MS + DAY_MS)

    assert quarantine("list") == (
        0,
        f"DAY         REASON         LINES\n{TODAY}  invalid_json   2\n{TODAY}  invalid_value  1\n"
        f"{TOMORROW}  invalid_json   1\n",
        "",
    )


def test_counts_for_programs(plant, quarantine):
    plant.refuse(b"junk")

    assert json.loads(quarantine("list", "--json")[1]) == [{"day": TODAY, "reason": "invalid_json", "lines": 1}]


def test_an_empty_quarantine_says_so(plant, quarantine):
    assert quarantine("list") == (0, "no quarantined readings\n", "")
    assert quarantine("show") == (0, "no quarantined readings\n", "")


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        ([], 4),
        (["--reason", "invalid_value"], 1),
        (["--device", "press-1"], 3),
        (["--device", "press-9"], 1),
        (["--from", TOMORROW], 1),
        (["--to", TOMORROW], 3),
        (["--from", iso(NOW_MS + 1), "--to", iso(NOW_MS + 2)], 1),
        (["--from", TOMORROW, "--device", "press-9"], 0),
    ],
)
def test_lines_can_be_picked(plant, quarantine, options, lines):
    plant.refuse(b"junk", body(value="x"))
    plant.refuse(b"junk", number=7, partition_key="press-9")
    plant.refuse(wrapped(b"junk"), at=NOW_MS + DAY_MS, partition_key="press-1")

    assert sum(row["lines"] for row in json.loads(quarantine("list", "--json", *options)[1])) == lines
    assert len(json.loads(quarantine("show", "--json", *options)[1])) == lines


def test_a_line_of_a_much_older_batch_is_found(plant, quarantine):
    plant.refuse(b"junk", at=NOW_MS)
    (key,) = plant.keys()
    late = json.loads(plant.s3.get_object(Bucket="quarantine", Key=key)["Body"].read())
    late["source"]["arrived_ms"] = NOW_MS + 3 * DAY_MS
    plant.put(key, json.dumps(late).encode())

    assert "invalid_json" in quarantine("list", "--from", iso(NOW_MS + 3 * DAY_MS))[1]


def test_a_line_is_shown_with_reason_origin_and_payload(plant, quarantine):
    plant.refuse(b'[{"a": 1}, "x"]')

    out = quarantine("show")[1]

    assert f"not_an_object  {iso(NOW_MS)}  press-1\n  the message must be a JSON object\n" in out
    assert "reading 1 in it; quarantined" in out
    assert '\n  "x"\n' in out


def test_what_was_sent_is_no_command_to_the_terminal(plant, quarantine):
    plant.refuse(b"\x1b[2J\xff\x00")

    assert "\n  \\x1b[2J\\xff\\x00\n" in quarantine("show")[1]


def test_a_long_payload_is_cut_except_in_json(plant, quarantine):
    sent = b"x" * 5000
    plant.refuse(sent)

    assert " … 4,000 more characters" in quarantine("show")[1]
    assert json.loads(quarantine("show", "--json")[1])[0]["payload"] == sent.decode()


def test_a_line_for_programs_is_whole(plant, quarantine):
    plant.refuse(wrapped(b"\xff"))

    (line,) = json.loads(quarantine("show", "--json")[1])

    assert line["payload"] is None
    assert line["payload_base64"] == b64encode(b"\xff").decode()
    assert (line["reason"], line["source"]["device"], line["object"]) == ("invalid_utf8", "press-1", plant.keys()[0])


def test_only_so_many_are_shown(plant, quarantine):
    plant.refuse(*[b"junk"] * 30)

    assert quarantine("show")[1].count("invalid_json") == 20
    assert quarantine("show", "--limit", "3")[1].count("invalid_json") == 3


def test_unreadable_lines_are_reported_and_the_others_counted(plant, quarantine):
    plant.refuse(b"junk")
    plant.put("quarantine/year=2025/month=11/day=21/hour=08/odd.ndjson", b"{\n[]\n\n\xff\n")

    status, out, error = quarantine("list")

    assert status == 1
    assert out.splitlines()[1:] == [f"{TODAY}  invalid_json  1"]
    assert "odd.ndjson: 3 lines are unreadable" in error


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "required"),
        (["list", "--reason", "odd"], "invalid choice"),
        (["list", "--device", "a b"], "A-Z"),
        (["list", "--from", "2026-01-02", "--to", "2026-01-01"], "--from must be earlier than --to"),
        (["show", "--limit", "0"], "whole number"),
    ],
)
def test_bad_options_are_named(plant, quarantine, arguments, words):
    status, _, error = quarantine(*arguments)

    assert status == 2
    assert words in error
