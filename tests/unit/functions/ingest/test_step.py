"""The step that a deployment may put between the table of raw messages and the transport."""

from __future__ import annotations

import pytest

from lambda_src.common.aws.errors import TemporaryFailureError
from lambda_src.common.aws.retry import ATTEMPTS
from lambda_src.common.ingest.content import Rejected
from lambda_src.common.ingest.step import NOT_NOW, Stepped
from tests.unit.functions.bridge.fakes import FakeKinesis
from tests.unit.functions.factories import payload
from tests.unit.functions.http_events import content, error_code
from tests.unit.functions.ingest.plant import Plant

THREE = [payload(sensor_id=f"d{n}") for n in range(3)]


class Judging:
    """Says of each reading what device it is of; rejects the devices that it is told to."""

    def __init__(self, **reasons: str) -> None:
        self.reasons = reasons
        self.seen: list[list[str]] = []

    def __call__(self, given, deadline):
        assert deadline.remaining() > 0
        self.seen.append([item.reading.device_id for item in given])
        rejected = {
            item.reading.identity: Rejected(item.position, self.reasons[item.reading.device_id], "no")
            for item in given
            if item.reading.device_id in self.reasons
        }
        shown = {
            item.reading.identity: {"device_id": item.reading.device_id}
            for item in given
            if item.reading.identity not in rejected
        }
        return Stepped(rejected, shown)


def devices(plant):
    return sorted(found.device_id for found in plant.sent())


def test_a_step_sees_the_readings_and_extends_the_response():
    plant = Plant(step=Judging())

    answer = plant.post([*THREE, 7, THREE[0]])

    assert answer["statusCode"] == 200
    said = content(answer)
    assert said["readings"] == [{"position": n, "device_id": f"d{n}"} for n in range(3)]
    assert (said["accepted"], said["duplicates"], len(said["rejected"])) == (3, 1, 1)
    assert plant.step.seen == [["d0", "d1", "d2"]]
    assert devices(plant) == ["d0", "d1", "d2"]


def test_a_single_message_has_no_position():
    answer = Plant(step=Judging()).post(THREE[0])

    assert content(answer)["readings"] == [{"position": None, "device_id": "d0"}]


def test_it_runs_after_the_message_is_kept_before_sending():
    plant = Plant()
    seen = []

    def step(given, _deadline):
        seen.append((len(plant.kept()), len(plant.kinesis.calls)))
        return Stepped({}, {item.reading.identity: {} for item in given})

    plant.step = step
    plant.post(THREE)

    assert seen == [(3, 0)]


def test_what_it_rejects_does_not_go_on():
    plant = Plant(step=Judging(d1="rejected_by_timestream"))

    answer = plant.post(THREE)

    assert [item["position"] for item in content(answer)["readings"]] == [0, 2]
    assert content(answer)["rejected"] == [{"position": 1, "reason": "rejected_by_timestream", "detail": "no"}]
    assert devices(plant) == ["d0", "d2"]


def test_where_it_rejects_all_for_good_nothing_was_valid():
    plant = Plant(step=Judging(d0="conflict", d1="conflict", d2="conflict"))

    answer = plant.post(THREE)

    assert (answer["statusCode"], error_code(answer)) == (400, "no_valid_reading")
    assert len(content(answer)["rejected"]) == 3
    assert plant.sent() == []


def test_where_it_takes_none_for_now_the_caller_tries_again():
    answer = Plant(step=Judging(d0=NOT_NOW, d1="conflict", d2="conflict")).post(THREE)

    assert (answer["statusCode"], error_code(answer)) == (503, "try_again")


def test_readings_refused_for_now_are_accepted_by_a_retry():
    plant = Plant(step=Judging(d1=NOT_NOW))
    assert content(plant.post(THREE, key="k"))["accepted"] == 2
    plant.step = Judging()

    assert content(plant.post(THREE, key="k"))["accepted"] == 3


def test_what_the_transport_does_not_take_is_not_shown():
    plant = Plant(step=Judging())
    plant.kinesis = FakeKinesis({1}, *[{0}] * ATTEMPTS)

    answer = plant.post(THREE)

    assert [item["position"] for item in content(answer)["readings"]] == [0, 2]
    assert [(item["position"], item["reason"]) for item in content(answer)["rejected"]] == [(1, NOT_NOW)]


def test_a_retry_gets_the_first_verdicts_without_another_step():
    plant = Plant(step=Judging())
    first = plant.post(THREE, key="k")

    second = plant.post(THREE, key="k")

    assert (second["statusCode"], second["body"]) == (200, first["body"])
    assert len(plant.step.seen) == 1


def test_an_unavailable_store_is_503_and_nothing_is_sent():
    def away(_given, _deadline):
        raise TemporaryFailureError("the store is away")

    plant = Plant(step=away)

    answer = plant.post(THREE)

    assert (answer["statusCode"], error_code(answer)) == (503, "try_again")
    assert plant.sent() == []


def test_what_a_step_raises_otherwise_is_raised():
    def broken(_given, _deadline):
        raise KeyError("table")

    with pytest.raises(KeyError):
        Plant(step=broken).post(THREE)
