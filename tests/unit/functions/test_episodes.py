"""What an episode is: pure decisions from times alone."""

from __future__ import annotations

import pytest

from lambda_src.processor.alerts.episodes import Episode, EpisodeStep, decide, runs_of
from tests.unit.functions.factories import hot

QUIET = 1000


def _shape(times):
    return [(run.start_ms, run.last_ms, len(run.anomalies)) for run in runs_of([hot(t) for t in times], QUIET)]


@pytest.mark.parametrize(
    ("times", "runs"),
    [
        ([], []),
        ([5], [(5, 5, 1)]),
        ([0, 1000], [(0, 1000, 2)]),
        ([0, 1001], [(0, 0, 1), (1001, 1001, 1)]),
        ([1800, 0, 900], [(0, 1800, 3)]),
        ([3000, 0, 100], [(0, 100, 2), (3000, 3000, 1)]),
    ],
)
def test_a_gap_longer_than_the_quiet_time_ends_an_episode(times, runs):
    assert _shape(times) == runs


def test_each_sensor_of_each_device_has_its_own():
    anomalies = [hot(0), hot(0, device_id="b"), hot(0, sensor_type="pressure"), hot(1)]

    assert sorted((run.sensor, len(run.anomalies)) for run in runs_of(anomalies, QUIET)) == [
        ("b#temperature", 1),
        ("press-1#pressure", 1),
        ("press-1#temperature", 2),
    ]


OPEN = Episode(start_ms=10_000, last_ms=12_000, written_ms=12_000, announced=True, claimed_until_ms=0)
NOW = 50_000
CLAIMED = OPEN._replace(announced=False, claimed_until_ms=NOW + 1)


@pytest.mark.parametrize(
    ("times", "known", "step"),
    [
        ([0], None, EpisodeStep.OPEN),
        ([13_001], OPEN, EpisodeStep.OPEN),
        ([13_000], OPEN, EpisodeStep.EXTEND),
        ([12_499], OPEN, EpisodeStep.CONTINUE),
        ([12_500], OPEN, EpisodeStep.EXTEND),
        ([11_000], OPEN, EpisodeStep.CONTINUE),
        ([9_999], OPEN, EpisodeStep.LATE),
        ([9_999, 10_000], OPEN, EpisodeStep.CONTINUE),
        ([9_000, 10_000, 10_001], CLAIMED, EpisodeStep.ANNOUNCE),
        ([9_500, 10_001], CLAIMED, EpisodeStep.CONTINUE),
        ([12_600], CLAIMED, EpisodeStep.EXTEND),
        ([12_600], CLAIMED._replace(claimed_until_ms=NOW), EpisodeStep.ANNOUNCE),
        ([9_000], CLAIMED._replace(claimed_until_ms=NOW), EpisodeStep.LATE),
        ([12_600], OPEN._replace(last_ms=12_900), EpisodeStep.EXTEND),
        ([13_800], OPEN._replace(last_ms=12_900), EpisodeStep.EXTEND),
        ([13_901], OPEN._replace(last_ms=12_900), EpisodeStep.OPEN),
    ],
)
def test_a_run_is_judged_by_the_latest_known_episode(times, known, step):
    (run,) = runs_of([hot(t) for t in times], QUIET)

    assert decide(run, known, QUIET, NOW) is step
