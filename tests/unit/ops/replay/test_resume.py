"""An interrupted replay resumes, and repeats at most one batch."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ops.replay import command
from tests.unit.functions.fakes import client_error
from tests.unit.ops.replay.archives import HOUR_MS, NEW_YEAR_MS, SECOND_MS, row

DENIED = client_error("AccessDeniedException", 403)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch):
    monkeypatch.setattr(command, "READINGS_PER_BATCH", 4)


@pytest.fixture
def three_objects(archive):
    for hour in range(3):
        archive.put(*[row(NEW_YEAR_MS + hour * HOUR_MS + n * SECOND_MS, value=float(10 * hour + n)) for n in range(5)])
    return [float(10 * hour + n) for hour in range(3) for n in range(5)]


@pytest.mark.parametrize("batches", [0, 1, 2, 3])
def test_it_goes_on_after_the_last_batch_that_was_taken(three_objects, function, replay, batches):
    function.script = [None] * batches + [DENIED]
    status, _, error = replay()
    assert status == 1
    assert ("run the same command again to resume" in error) == bool(batches)
    assert len(function.values) == 4 * batches

    status, out, _ = replay()

    assert status == 0
    assert function.values == three_objects
    assert function.doubles() == []
    assert "replayed: 15 readings from 3 objects in 4 invocations" in out
    assert list(Path().glob("replay-*")) == []


def test_a_batch_whose_answer_was_lost_is_sent_again(three_objects, function, replay):
    taken = function.invoke

    def lose(**request):
        taken(**request)
        raise DENIED

    function.invoke = lose
    replay()
    function.invoke = taken
    replay()

    assert sorted(set(function.values)) == three_objects
    assert len(function.values) == len(three_objects) + 4


def test_ctrl_c_keeps_what_was_done(three_objects, function, replay):
    function.script = [None, KeyboardInterrupt()]
    status, _, error = replay()
    assert status == 130
    assert "run the same command again to resume" in error

    replay()

    assert function.values == three_objects
    assert function.doubles() == []


def test_objects_found_broken_before_are_still_reported(archive, three_objects, function, replay):
    broken = archive.put_bytes(b"", at=NEW_YEAR_MS)
    function.script = [None, None, DENIED]
    replay()

    status, out, _ = replay()

    assert status == 1
    assert f"unreadable: {broken}" in out


def test_other_arguments_have_a_state_of_their_own(three_objects, function, replay):
    function.script = [None, DENIED]
    replay()
    replay("--device", "press-1")

    assert len(function.values) == 4 + 15
    assert len(list(Path().glob("replay-*.json"))) == 1


def test_the_rate_may_change_on_the_way(three_objects, function, replay, waits):
    function.script = [None, DENIED]
    replay("--rate", 3)
    replay()

    assert function.values == three_objects
    assert function.doubles() == []


def test_a_named_state_of_another_replay_is_refused(three_objects, function, replay):
    function.script = [None, DENIED]
    replay("--state", "mine.json")
    assert Path("mine.json").exists()

    status, _, error = replay("--state", "mine.json", start="2026-01-01")

    assert status == 2
    assert "mine.json is the state of a replay with other arguments" in error


@pytest.mark.parametrize("text", ["", "{", "[]", '{"arguments": 1}'])
def test_a_state_that_is_none_is_refused(archive, function, replay, text):
    Path("mine.json").write_text(text)

    status, _, error = replay("--state", "mine.json")

    assert status == 2
    assert "mine.json is not the state of a replay; choose another --state" in error


def test_new_objects_are_replayed_and_the_old_position_is_kept(archive, three_objects, function, replay):
    function.script = [None, None, DENIED]
    replay()
    state = json.loads(next(Path().glob("replay-*.json")).read_text())
    assert state["position"] == 3
    body = archive.s3.get_object(Bucket="lake", Key=state["key"])["Body"].read()
    archive.s3.put_object(Bucket="lake", Key=state["done"] + "-later", Body=body)

    replay()

    assert sorted(set(function.values)) == three_objects
    assert len(function.values) == len(three_objects) + 5
