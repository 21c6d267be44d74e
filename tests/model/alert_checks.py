"""Each episode's alerts, exactly as the data say; where nobody can know the order of the data, as far as they say."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from lambda_src.common.readings.reading import Identity
from tests.model import oracle
from tests.model.oracle import Change
from tests.model.plant import QUIET_MS
from tests.model.schedule import Deliver, Put

if TYPE_CHECKING:
    from tests.model.oracle import Truth
    from tests.model.plant import Published
    from tests.model.play import Play
    from tests.model.schedule import Schedule

Sensor = tuple[str, str]


def check_alerts(schedule: Schedule, play: Play, truth: Truth) -> None:
    published: dict[Sensor, list[Change]] = defaultdict(list)
    for each in _each_once(play.plant.published):
        alert = each.alert
        sensor = (alert["device_id"], alert["sensor_type"])
        published[sensor].append(Change(alert["state"], alert["episode_start_ms"], alert["severity"]))
    contradicted = {identity[:2] for identity in truth.contradicted}
    disordered = _disordered(schedule)
    for sensor in published.keys() | truth.sensors().keys():
        found = published[sensor]
        _check_pairs(sensor, found)
        if len(play.plant.ssm.versions) > 1 or sensor in contradicted:
            continue
        readings = {
            time_ms: oracle.severity_of(truth.accepted[Identity(*sensor, time_ms)])
            for time_ms in truth.sensors()[sensor]
        }
        if sensor[0] in disordered:
            _check_stretches(sensor, found, readings)
        else:
            expected = oracle.changes_in_order(sorted(readings.items()))
            assert sorted(found) == sorted(expected), f"{sensor}: alerts {found}, and not {expected}"


def _each_once(published: list[Published]) -> list[Published]:
    """One message per alert; it may be repeated only by an invocation after one whose calls failed since."""
    first: dict[str, Published] = {}
    last: dict[str, Published] = {}
    for each in published:
        before = last.get(each.alert["alert_id"])
        if before is not None:
            excused = before.invocation.last_fault >= before.call
            assert excused, f"twice without a reason: {each.alert['alert_id']}"
            assert before.alert == each.alert, f"the same id with other content: {before.alert}, {each.alert}"
        last[each.alert["alert_id"]] = each
        first.setdefault(each.alert["alert_id"], each)
    return list(first.values())


def _check_pairs(sensor: Sensor, found: list[Change]) -> None:
    """Whatever the order: each episode opens, ends once, and escalates from a warning only."""
    starts = {change.start_ms: change.severity for change in found if change.state == "opened"}
    ended = {change.start_ms: change.severity for change in found if change.state == "ended"}
    escalated = {change.start_ms for change in found if change.state == "escalated"}
    assert starts.keys() == ended.keys(), f"{sensor}: opened {sorted(starts)}, ended {sorted(ended)}"
    assert all(starts.get(start_ms) == "warning" for start_ms in escalated), f"{sensor}: escalated {escalated}"
    for start_ms, severity in ended.items():
        # A critical anomaly that comes late escalates an episode whose end is published already.
        worst = {starts[start_ms], "critical" if start_ms in escalated else starts[start_ms]}
        assert severity in worst, f"{sensor}: the episode of {start_ms} ended as {severity}"


def _check_stretches(sensor: Sensor, found: list[Change], readings: dict[int, str]) -> None:
    """An episode is named by the anomaly that was processed first, so several may open where they arrive in disorder:
    at least one in every stretch of anomalies, never two within the quiet time, and a critical one if it has any.
    """
    starts = sorted(change.start_ms for change in found if change.state == "opened")
    assert all(readings.get(start_ms, "normal") != "normal" for start_ms in starts), f"{sensor}: opened {starts}"
    assert all(after - before > QUIET_MS for before, after in pairwise(starts)), f"{sensor}: too close {starts}"
    for stretch in oracle.stretches(readings):
        own = {change.severity for change in found if stretch[0] <= change.start_ms <= stretch[-1]}
        assert own, f"{sensor}: no alert for the anomalies {stretch}"
        critical = any(readings[time_ms] == "critical" for time_ms in stretch)
        assert ("critical" in own) == critical, f"{sensor}: {own} for the anomalies {stretch}"


def _disordered(schedule: Schedule) -> set[str]:
    """Devices whose readings may be processed in another order than that of their times."""
    messages = [message for step in schedule.steps if isinstance(step, Put) for message in step.messages]
    found = {message.device for message in messages if message.after <= 0 or message.stray}
    given_up = any(
        delivery.gives_up for step in schedule.steps if isinstance(step, Deliver) for delivery in step.deliveries
    )
    if schedule.transport == "sqs" or given_up:
        found = {message.device for message in messages}
    return {f"machine-{device}" for device in found}
