"""The replay function's answers: what is sent again, when, and when it is given up."""

from __future__ import annotations

import pytest

from lambda_src.common.readings.reading import Reading
from ops.errors import FailedError
from ops.replay.batch import ReplayBatch
from ops.replay.function import ATTEMPTS, CAP_SECONDS, ReplayClient
from tests.unit.functions.fakes import client_error
from tests.unit.ops.replay.archives import NEW_YEAR_MS
from tests.unit.ops.replay.functions import FakeFunction

pytestmark = pytest.mark.usefixtures("waits")


def records(count=3):
    batch = ReplayBatch(100)
    for n in range(count):
        batch.add(Reading(f"press-{n}", "temperature", float(n), NEW_YEAR_MS, NEW_YEAR_MS), n)
    return batch.take()


def send(fake):
    return ReplayClient(fake, "iot-replay").send(records())


def test_what_failed_is_sent_again_alone(waits):
    fake = FakeFunction({1, 2}, {0})

    send(fake)

    assert [len(batch) for batch in fake.batches] == [1, 1, 1]
    assert fake.values == [0.0, 1.0, 2.0]
    assert len(waits) == 2


@pytest.mark.parametrize(
    "step",
    [
        client_error("TooManyRequestsException", 429),
        client_error("ServiceException", 500),
        '{"errorMessage": "Task timed out after 60.00 seconds"}',
        "{}",
    ],
)
def test_what_may_pass_is_tried_again_with_everything(step):
    fake = FakeFunction(step)

    send(fake)

    assert fake.values == [0.0, 1.0, 2.0]


def test_what_never_passes_is_given_up_with_its_reason(waits):
    fake = FakeFunction(*['{"errorMessage": "no table"}'] * ATTEMPTS)

    with pytest.raises(FailedError, match=f"iot-replay stored nothing in {ATTEMPTS} attempts: no table"):
        send(fake)

    assert len(fake.sizes) == ATTEMPTS
    assert all(0 <= wait <= CAP_SECONDS for wait in waits)


def test_attempts_count_from_the_last_that_brought_something_on():
    stuck = [{0, 1}] + [{0, 1}] * (ATTEMPTS - 1) + [{0}] + [{0}] * (ATTEMPTS - 1)
    fake = FakeFunction(*stuck)

    send(fake)

    assert len(fake.sizes) == len(stuck) + 1


def test_a_refusal_of_the_service_is_raised_at_once():
    fake = FakeFunction(client_error("AccessDeniedException", 403))

    with pytest.raises(Exception, match="AccessDenied"):
        send(fake)

    assert len(fake.sizes) == 1


@pytest.mark.parametrize("answer", ["null", "[]", "nothing"])
def test_another_function_is_told_by_its_answer(answer):
    class Another(FakeFunction):
        def invoke(self, **request):
            return {"Payload": super().invoke(**request)["Payload"].__class__(answer.encode())}

    with pytest.raises(FailedError, match="does not respond as a replay function"):
        send(Another())


def test_refusals_of_all_attempts_are_counted():
    fake = FakeFunction({0})
    fake.refused = {"conflict": 2}

    assert send(fake) == {"conflict": 4}
