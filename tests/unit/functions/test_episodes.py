"""What readings change about their sensor's episodes: pure, from their times and severities alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_src.processor.alerts.episode_state import SensorEpisodes
from lambda_src.processor.alerts.episodes import KEPT_EPISODES, Rules, SensorReading, advance

QUIET = 1000
SENSOR = "press-1#temperature"
RULES = Rules(QUIET, "test", now_ms=0, until_ms=60_000)
NEW = SensorEpisodes()


def at(time_ms, severity="normal"):
    return SensorReading(time_ms, severity, float(time_ms), None if severity == "normal" else severity, "line-1")


def warning(time_ms):
    return at(time_ms, "warning")


def critical(time_ms):
    return at(time_ms, "critical")


def play(*batches, known=NEW):
    """The state after these batches, each of them published, and the ids without the sensor's name."""
    alerts = []
    for batch in batches:
        step = advance(SENSOR, known, batch, RULES)
        alerts += [alert.alert_id.removeprefix(f"{SENSOR}#") for alert in step.due]
        known = step.state.without(frozenset(alert.alert_id for alert in step.due))
    return known, alerts


@pytest.mark.parametrize(
    ("readings", "alerts"),
    [
        ([at(0)], []),
        ([warning(5)], ["5#opened"]),
        ([warning(0), warning(1000)], ["0#opened"]),
        ([warning(0), warning(1001)], ["0#opened", "0#ended", "1001#opened"]),
        ([warning(1800), warning(0), warning(900)], ["0#opened"]),
        ([critical(0), warning(5), critical(9)], ["0#opened"]),
        ([warning(0), critical(5), warning(9), critical(12)], ["0#opened", "0#escalated"]),
        ([warning(0), critical(0)], ["0#opened", "0#escalated"]),
        ([warning(0), at(1000)], ["0#opened"]),
        ([warning(0), at(1001), at(1002)], ["0#opened", "0#ended"]),
        ([warning(0), at(500), warning(900), at(1001)], ["0#opened"]),
        ([critical(0), critical(1001)], ["0#opened", "0#ended", "1001#opened"]),
    ],
    ids=str,
)
@pytest.mark.parametrize("together", [True, False])
def test_each_change_of_an_episode_is_one_alert(readings, alerts, together):
    readings = sorted(readings, key=lambda reading: reading.time_ms)

    assert play(*([readings] if together else [[one] for one in readings]))[1] == alerts


def test_an_incident_that_arrives_late_has_its_alerts():
    assert play([warning(5000)], [critical(0)])[1] == ["5000#opened", "0#opened", "0#ended"]


def test_a_late_anomaly_beside_an_episode_belongs_to_it():
    state, alerts = play([warning(5000)], [warning(4200)], [warning(3300)], [critical(3200)])

    assert alerts == ["5000#opened", "5000#escalated"]
    assert (state.episodes[0].first_ms, state.episodes[0].last_ms) == (3200, 5000)


def test_of_two_neighbours_a_late_anomaly_belongs_to_the_earlier():
    state, alerts = play([warning(0)], [warning(1500)], [warning(700)])

    assert alerts == ["0#opened", "0#ended", "1500#opened"]
    assert [episode.last_ms for episode in state.episodes] == [700, 1500]


def test_what_comes_after_a_known_end_is_another_episode():
    assert play([warning(0)], [at(1200)], [warning(900)], [warning(1300)])[1] == ["0#opened", "0#ended", "1300#opened"]


def test_an_end_names_the_last_anomaly_and_highest_severity():
    step = advance(SENSOR, NEW, [warning(0), critical(10), warning(20), at(5000)], RULES)
    ended = step.due[-1]

    assert (ended.state, ended.timestamp_ms, ended.value, ended.severity) == ("ended", 20, None, "critical")
    assert (ended.episode_start_ms, ended.reason) == (0, "no anomaly for 1 s")


def test_an_escalation_carries_the_reading_that_caused_it():
    step = advance(SENSOR, NEW, [warning(0), critical(10), critical(20)], RULES)
    escalated = step.due[1]

    assert (escalated.timestamp_ms, escalated.value, escalated.severity) == (10, 10.0, "critical")


def test_the_same_readings_again_change_nothing():
    batch = [warning(0), critical(10), at(2000), warning(3000)]
    state, _ = play(batch)

    assert advance(SENSOR, state, batch, RULES).state is state


def test_what_is_delivered_again_publishes_what_it_caused():
    state = advance(SENSOR, NEW, [warning(0), critical(10)], RULES).state

    assert [alert.state for alert in advance(SENSOR, state, [critical(10)], RULES).due] == ["escalated"]
    assert advance(SENSOR, state, [warning(5)], RULES).due == ()


def test_an_expired_claim_is_taken_over_with_the_same_alert():
    step = advance(SENSOR, NEW, [warning(0)], RULES)
    before = advance(SENSOR, step.state, [warning(5)], RULES._replace(now_ms=59_999))
    after = advance(SENSOR, step.state, [warning(5)], RULES._replace(now_ms=60_000, until_ms=99_000))

    assert before.due == ()
    assert after.due == step.due
    assert after.state.pending[0].until_ms == 99_000


def test_the_oldest_episodes_are_forgotten_older_ones_are_late():
    state, _ = play([warning(n * 2000) for n in range(KEPT_EPISODES + 3)])
    step = advance(SENSOR, state, [warning(5), at(6)], RULES)

    assert len(state.episodes) == KEPT_EPISODES
    assert (step.state, step.due, step.late) == (state, (), 1)


def expected(readings):
    """The alerts that the readings imply, whatever batches they came in: by the definition of an episode."""
    alerts, last, worst, start, ended = [], None, "normal", 0, True
    for reading in sorted(readings, key=lambda reading: reading.time_ms):
        over = last is not None and reading.time_ms > last + QUIET
        if over and not ended:
            alerts.append(f"{start}#ended")
            ended = True
        if reading.severity == "normal":
            continue
        if last is None or over:
            start, worst, ended = reading.time_ms, reading.severity, False
            alerts.append(f"{start}#opened")
        elif (worst, reading.severity) == ("warning", "critical"):
            worst = "critical"
            alerts.append(f"{start}#escalated")
        last = reading.time_ms
    return alerts


READINGS = st.lists(
    st.builds(at, st.integers(0, 6000), st.sampled_from(["normal", "warning", "critical"])),
    max_size=20,
    unique_by=lambda reading: reading.time_ms,
)


@given(READINGS, st.lists(st.integers(0, 20), max_size=5))
def test_in_order_the_alerts_are_independent_of_batch_boundaries(readings, cuts):
    readings = sorted(readings, key=lambda reading: reading.time_ms)
    edges = [0, *sorted(min(cut, len(readings)) for cut in cuts), len(readings)]

    batches = [readings[start:end] for start, end in pairwise(edges)]

    assert play(*batches)[1] == expected(readings)


@given(READINGS, st.randoms())
def test_in_any_order_each_anomaly_has_one_episode_one_alert(readings, order):
    shuffled = list(readings)
    order.shuffle(shuffled)

    state, alerts = play(*([one] for one in shuffled))

    assert len(set(alerts)) == len(alerts)
    if len(state.episodes) < KEPT_EPISODES:
        for reading in readings:
            if reading.severity != "normal":
                assert any(each.first_ms <= reading.time_ms <= each.last_ms for each in state.episodes)
    for earlier, later in pairwise(state.episodes):
        assert earlier.last_ms < later.first_ms
        assert earlier.ended_ms is not None
    criticals = {each.start_ms for each in state.episodes if each.severity == "critical"}
    told = {int(alert.split("#")[0]) for alert in alerts}
    assert criticals <= told
