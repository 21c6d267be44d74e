"""What becomes of lines that were sent again: when they are marked, and what a crash or another writer leaves."""

from __future__ import annotations

import pytest

from lambda_src.common.transport.stream_sink import StreamSink
from tests.unit.functions.factories import NOW_MS, body
from tests.unit.ops.deployment import Calls
from tests.unit.ops.quarantine.plant import BUCKET, HOUR_MS


def test_retried_lines_are_kept_but_not_counted(plant, quarantine):
    plant.refuse(b"junk", b"more junk")
    before = plant.lines()
    (key,) = plant.keys()

    quarantine("retry")

    assert plant.keys() == []
    assert plant.lines("retried/") == before
    assert plant.keys("retried/")[0].startswith(key.replace("quarantine/", "retried/").removesuffix(".ndjson"))
    assert quarantine("list")[1] == "no quarantined readings\n"


def test_only_the_wanted_lines_of_an_object_go(plant, quarantine):
    plant.refuse(b"junk", body(value="x"), b"more junk")
    key = plant.keys()

    quarantine("retry", "--reason", "invalid_value")

    assert plant.streamed() == [("press-1", body(value="x"))]
    assert plant.keys() == key
    assert [line["reason"] for line in plant.lines()] == ["invalid_json", "invalid_json"]
    assert [line["reason"] for line in plant.lines("retried/")] == ["invalid_value"]


def test_successively_retried_parts_of_an_object_are_all_kept(plant, quarantine):
    plant.refuse(b"junk", body(value="x"))
    before = plant.lines()

    quarantine("retry", "--reason", "invalid_value")
    quarantine("retry")

    assert plant.keys() == []
    assert sorted(map(str, plant.lines("retried/"))) == sorted(map(str, before))


@pytest.mark.parametrize("operation", ["PutObject", "DeleteObject"])
def test_a_crash_after_sending_loses_nothing_and_marks_nothing_twice(plant, quarantine, monkeypatch, operation):
    plant.refuse(b"junk")
    before = plant.lines()
    calls = Calls(monkeypatch)
    calls.fail(operation, code="AccessDenied")

    assert quarantine("retry")[0] == 1
    assert plant.lines() == before

    assert quarantine("retry")[0] == 0
    assert [data for _, data in plant.streamed()] == [b"junk", b"junk"]
    assert (plant.keys(), plant.lines("retried/")) == ([], before)


def test_an_object_that_was_written_anew_meanwhile_keeps_its_lines(plant, quarantine, monkeypatch):
    plant.refuse(b"junk", body(value="x"))
    (key,) = plant.keys()
    put = StreamSink.put

    def meanwhile(*arguments):
        plant.refuse(b"junk", body(value="x"), b"more junk")
        return put(*arguments)

    monkeypatch.setattr(StreamSink, "put", meanwhile)

    status, _, error = quarantine("retry", "--reason", "invalid_value")

    assert status == 0
    assert len(plant.lines()) == 3
    assert f"{key}: rewritten meanwhile" in error


def test_what_is_refused_again_meanwhile_is_not_sent_for_ever(plant, quarantine, monkeypatch):
    plant.refuse(b"junk")
    put = StreamSink.put

    def refuse_again(*arguments):
        plant.refuse(b"junk", at=NOW_MS + HOUR_MS, number=len(plant.streamed()) + 1)
        return put(*arguments)

    monkeypatch.setattr(StreamSink, "put", refuse_again)

    quarantine("retry")

    assert len(plant.streamed()) == 1
    assert len(plant.lines()) == 1


def test_lines_that_cannot_be_read_stay(plant, quarantine):
    plant.refuse(b"junk")
    (key,) = plant.keys()
    plant.put(key, b"{\n" + plant.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read())

    assert quarantine("retry")[0] == 1
    assert plant.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"{\n"
