"""Plays one schedule and checks everything that has to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.model.alert_checks import check_alerts
from tests.model.checks import StateWatch, check_readings, check_refusals, check_states, check_statuses
from tests.model.oracle import Truth
from tests.model.play import Play
from tests.model.shrink import shrink

if TYPE_CHECKING:
    from tests.model.schedule import Schedule


def check(schedule: Schedule) -> None:
    """Raises what the processor raises, and `AssertionError` for a promise that it breaks."""
    play = Play(schedule)
    StateWatch(play.plant)
    with play.plant.deployed():
        play.steps(schedule.steps)
        play.finish()
        before = Truth(play.records)
        check_readings(play, before)
        check_refusals(play, before, multi_measure=schedule.timestream == "multi")
        check_statuses(play, before)
        play.close_episodes()
    truth = Truth(play.records)
    check_readings(play, truth)
    check_states(play, truth)
    check_alerts(schedule, play, truth)


def failure_of(schedule: Schedule) -> Exception | None:
    try:
        check(schedule)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is shown
        return error
    return None


def check_and_shrink(schedule: Schedule) -> None:
    """As `check`; a failure shows the shortest schedule that fails in the same way."""
    error = failure_of(schedule)
    if error is None:
        return
    kind = _place_of(error)
    shortest = shrink(schedule, lambda shorter: _place_of(failure_of(shorter)) == kind)
    raise AssertionError(f"{failure_of(shortest)}\n\nThe shortest schedule that fails:\n{shortest!r}") from error


def _place_of(error: Exception | None) -> object:
    """What was raised, and the line that raised it."""
    trace = error and error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return (type(error), trace and trace.tb_frame.f_code, trace and trace.tb_lineno)
