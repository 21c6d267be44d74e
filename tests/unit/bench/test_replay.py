"""The measurement of a replay kills it in the middle, resumes it, and counts what the stores hold."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from bench import replay as bench
from bench.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Iterator

SENT = 900
WHOLE = bench.Replayed(seconds=2.0, status=0, memory=[50.0, 60.0])


@contextmanager
def deployment(_config: object) -> Iterator[Any]:
    yield SimpleNamespace(clients=None, outputs={"readings_table": "readings"})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """After how many readings each replay was killed; the stores hold everything that was sent."""
    kills: list[int | None] = []

    def replayed(_surroundings: object, _arguments: object, kill_after: int | None = None) -> bench.Replayed:
        kills.append(kill_after)
        return WHOLE

    monkeypatch.setattr(bench, "deployed", deployment)
    monkeypatch.setattr(bench, "fill", lambda *_: SENT)
    monkeypatch.setattr(bench, "environment", lambda *_: {})
    monkeypatch.setattr(bench, "replay", replayed)
    stored(monkeypatch, SENT)
    return kills


def stored(monkeypatch: pytest.MonkeyPatch, readings: int) -> None:
    monkeypatch.setattr(bench, "RunsReader", lambda *_: SimpleNamespace(read=lambda: range(readings)))


def test_a_replay_is_killed_resumed_and_run_whole(asked: list[int | None], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "--readings", "900"]) == 0
    assert asked == [300, None, None]
    assert "450 readings/s; 900 of 900 stored by the first two" in capsys.readouterr().out


@pytest.mark.parametrize("readings", [SENT - 1, SENT + 1])
def test_a_missing_or_unexpected_reading_is_status_1(
    asked: list[int | None], monkeypatch: pytest.MonkeyPatch, readings: int
) -> None:
    stored(monkeypatch, readings)
    assert main(["replay", "--readings", "900"]) == 1
    assert len(asked) == 3


def test_a_process_is_killed_when_its_progress_is_far_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "import time\nfor n in range(10**6): print(f'{n * 100:,} readings', flush=True); time.sleep(0.01)"
    monkeypatch.setattr(bench, "COMMAND", [sys.executable, "-c", endless])

    killed = bench.replay({"OUTPUTS_FILE": "outputs.json"}, (), kill_after=300)

    assert killed.status == -9
    assert 0 < killed.seconds < 30
    assert max(killed.memory) > 0


def test_progress_is_the_largest_number_that_was_printed() -> None:
    assert bench.replayed_count("1,200 readings\r900 readings of 2 days") == 1200
    assert bench.replayed_count("") == 0
