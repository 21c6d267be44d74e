"""The processor keeps its promises whatever the schedule: `schedule.py` says what may happen.

`make model N SEED` plays other schedules, and more of them.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.model.check import check, check_and_shrink
from tests.model.schedule import Deliver, Delivery, Fault, Message, Put, PutAgain, Reshard, Schedule
from tests.model.strategies import schedules

SCHEDULES = int(os.environ.get("MODEL_SCHEDULES", "500"))
SEED = int(os.environ.get("MODEL_SEED", "1"))
FOUND = {
    "an episode that another container opened after one that this container saw end": Schedule(
        (
            Put((Message(0, 1, (("temperature", "w"),)), Message(0, 1800, (("temperature", "n"),)))),
            Put((Message(0, 1800, (("temperature", "c"),)),)),
            Deliver((Delivery(size=2), Delivery(container=1))),
        )
    ),
    "a refusal in the object of a batch that was split and then given up": Schedule(
        (
            Put((Message(0, 1, (("vibration", "n"),), form="array"),)),
            Reshard(3),
            PutAgain(3),
            PutAgain(3),
            Deliver((Delivery(container=2),)),
            Deliver((Delivery(container=1, answer_lost=True), Delivery(faults=(Fault(5, "partial"),), gives_up=True))),
        ),
        timestream="multi",
    ),
}
"""Schedules that once broke a promise, as short as they can be."""


@seed(SEED)
@settings(
    max_examples=SCHEDULES,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(schedules())
def test_any_schedule_keeps_every_promise(schedule):
    check_and_shrink(schedule)


@pytest.mark.parametrize("schedule", FOUND.values(), ids=FOUND)
def test_schedules_that_once_failed_keep_every_promise(schedule):
    check(schedule)
