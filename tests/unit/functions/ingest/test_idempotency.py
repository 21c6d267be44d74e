"""A retried request creates nothing twice, wherever the attempt before it was interrupted."""

from __future__ import annotations

import pytest

from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.factories import NOW_MS, payload
from tests.unit.functions.http_events import content, error_code
from tests.unit.functions.ingest.fakes import FakeTables
from tests.unit.functions.ingest.plant import Plant

LATER = NOW_MS + 90_000
UNTIMED = {"device_id": "press-1", "sensor_data": {"temperature": 25.5, "humidity": 40}}
CRASH = MemoryError("the container is gone")


def again(plant, message=UNTIMED, **changes):
    return plant.post(message, key="k-1", arrived_ms=LATER, request_id="another", **changes)


def crash(plant, message=UNTIMED):
    with pytest.raises(MemoryError):
        plant.post(message, key="k-1")


def identities(plant):
    return {found.identity for found in plant.sent()}


def test_a_retry_gets_the_first_response_and_does_nothing():
    plant = Plant()
    first = plant.post(UNTIMED, key="k-1")
    calls = (len(plant.tables.calls), len(plant.kinesis.calls))

    second = again(plant)

    assert (second["statusCode"], second["body"]) == (first["statusCode"], first["body"])
    assert second["headers"]["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first["headers"]
    assert (len(plant.tables.calls), len(plant.kinesis.calls)) == (calls[0] + 1, calls[1])
    assert plant.last is not None
    assert plant.last.repeated
    assert plant.last.accepted == 0


def test_readings_are_the_same_after_a_crash_before_the_transport():
    plant = Plant()
    plant.kinesis = FakeKinesis(CRASH)
    crash(plant)
    before = plant.kept()

    answer = again(plant)

    assert content(answer)["accepted"] == 2
    assert [item["received"] for item in plant.kept()] == [item["received"] for item in before]
    assert {found.timestamp_ms for found in plant.sent()} == {NOW_MS}
    assert plant.last is not None
    assert plant.last.repeated


def test_nothing_is_duplicated_after_a_crash_before_the_response():
    plant = Plant(tables=FakeTables((), (), CRASH))
    crash(plant)

    answer = again(plant)

    assert content(answer)["accepted"] == 2
    assert len(plant.sent()) == 4
    assert len(identities(plant)) == 2
    assert len(plant.kept()) == 1
    assert again(plant)["body"] == answer["body"]


def test_after_a_crash_before_any_write_the_request_is_new():
    plant = Plant(tables=FakeTables(CRASH))
    crash(plant)

    assert again(plant)["statusCode"] == 202

    assert {found.timestamp_ms for found in plant.sent()} == {LATER}


def test_an_overtaking_attempt_changes_nothing_and_gets_the_same_response():
    plant = Plant()
    overtaking = []

    def overtake():
        overtaking.append(again(plant))

    # The first attempt has entered the request and is about to keep the message.
    plant.tables = FakeTables((), overtake)

    first = plant.post(UNTIMED, key="k-1")

    answers = [content(first), content(overtaking[0])]
    assert [answer["accepted"] for answer in answers] == [2, 2]
    assert len(identities(plant)) == 2
    assert len(plant.kept()) == 1


def test_the_same_key_with_another_body_is_422():
    plant = Plant()
    plant.post(UNTIMED, key="k-1")

    answer = again(plant, payload())

    assert (answer["statusCode"], error_code(answer)) == (422, "idempotency_key_reused")
    assert len(plant.sent()) == 2


def test_a_key_stays_free_where_the_body_was_no_good():
    plant = Plant()
    assert plant.post("broken", key="k-1")["statusCode"] == 400

    assert again(plant)["statusCode"] == 202


def test_a_reading_that_arrived_in_time_stays_valid_in_retries():
    plant = Plant()
    plant.kinesis = FakeKinesis(CRASH)
    message = payload(timestamp=(NOW_MS + 14 * 60_000) / 1000)
    crash(plant, message)

    assert content(again(plant, message))["accepted"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"caller": "arn:aws:iam::123456789012:user/other"},
        {"caller": "arn:aws:sts::123456789012:assumed-role/user/plant"},
        {"headers": {"Idempotency-Key": "k-2"}},
    ],
)
def test_other_callers_and_other_keys_do_not_meet(changes):
    plant = Plant()
    plant.post(UNTIMED, key="k-1")

    answer = plant.post(payload(), **({"key": "k-1"} | changes if "headers" not in changes else changes))

    assert answer["statusCode"] == 202


ROLE = "arn:aws:sts::123456789012:assumed-role/writer"


def test_sessions_of_a_role_do_not_share_their_keys():
    plant = Plant()
    first = plant.post(UNTIMED, key="k-1", caller=f"{ROLE}/line-1")
    other = plant.post(payload(), key="k-1", caller=f"{ROLE}/line-2")

    assert (first["statusCode"], other["statusCode"]) == (202, 202)
    assert set(plant.tables.requests) == {f"{ROLE}/line-{n}#POST /ingest#k-1" for n in (1, 2)}


def test_a_session_of_the_same_name_repeats_its_request():
    plant = Plant()
    first = plant.post(UNTIMED, key="k-1", caller=f"{ROLE}/line-1")

    assert again(plant, caller=f"{ROLE}/line-1")["body"] == first["body"]
