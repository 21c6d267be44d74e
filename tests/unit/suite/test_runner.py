"""Parts run as processes: what each says is added up, a failure is shown, and nothing outlives the runner."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tools.suite import runner
from tools.suite.parts import Part
from tools.suite.runner import Outcome, Processes, describe, failures_of, next_part, run_all

GOOD = "def test_good(): pass\ndef test_other(): pass\n"
BAD = "def test_bad():\n    assert 1 == 2, 'broken here'\n"
ENDLESS = "import time\ndef test_endless(): open({mark!r}, 'w').close(); time.sleep(300)\n"


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "logs"
    monkeypatch.setattr(runner, "LOGS", folder)
    # Only for the closing line, which names the folder from here.
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    return folder


def part(folder: Path, name: str, text: str, *, patient: bool = False) -> Part:
    path = folder / f"test_{name.replace(' ', '_')}.py"
    path.write_text(text)
    return Part(name, (str(path),), patient=patient)


def test_parts_are_added_up_and_a_failure_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    parts = [part(tmp_path, "good one", GOOD, patient=True), part(tmp_path, "bad one", BAD), part(tmp_path, "no", "")]

    status = run_all(parts)

    lines = capsys.readouterr().out.splitlines()
    assert status == 1
    assert sorted(line[:32].rstrip() for line in lines[:3]) == ["FAILED  bad one", "ok      good one", "ok      no"]
    assert any("broken here" in line for line in lines)
    assert lines[-1] == "2 passed, 1 failed"


def test_stopping_ends_a_part_and_what_comes_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    mark = tmp_path / "begun"
    endless = part(tmp_path, "endless", ENDLESS.format(mark=str(mark)), patient=True)
    processes = Processes()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(processes.run, endless, ())
        while not mark.exists():
            time.sleep(0.05)
        processes.stop()
        assert running.result(timeout=60).status != 0
    assert processes.run(endless, ()).status != 0


def waiting(*kinds: str) -> list[Part]:
    return [Part(f"{kind} {number}", (), patient=kind == "patient") for number, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("kinds", "running", "begun"),
    [
        (("patient", "patient", "patient", "busy", "busy"), (), ["patient 0", "patient 1", "busy 3"]),
        (("busy", "busy", "busy"), ("patient",), ["busy 0"]),
        (("busy", "busy", "patient"), ("patient", "patient"), ["busy 0"]),
        (("patient",), ("busy", "busy"), ["patient 0"]),
        (("busy", "busy", "busy", "busy"), (), ["busy 0", "busy 1", "busy 2"]),
        (("busy", "busy"), ("busy", "busy"), ["busy 0"]),
    ],
)
def test_busy_parts_leave_room_for_patient_ones(
    monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], running: tuple[str, ...], begun: list[str]
) -> None:
    monkeypatch.setattr(runner, "CORES", 3)
    monkeypatch.setattr(runner, "PATIENT_AT_ONCE", 2)
    left, now = waiting(*kinds), waiting(*running)
    names = []
    while (part := next_part(left, now)) is not None:
        left.remove(part)
        now.append(part)
        names.append(part.name)
    assert names == begun


def outcome(log: Path, status: int, text: str = "", **counts: int) -> Outcome:
    log.write_text(text)
    return Outcome(Part("unit/ops", ()), status, counts, 61.4, log)


def test_a_line_says_how_a_part_ended(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert describe(outcome(log, 0, passed=3, skipped=1)) == f"ok      {'unit/ops':<24} 3 passed, 1 skipped in 61 s"
    assert describe(outcome(log, 5)).endswith("no tests in 61 s")
    assert describe(outcome(log, 3)).startswith("FAILED")


def test_output_is_shown_from_the_first_failure_or_whole(tmp_path: Path) -> None:
    text = "....F\n===== FAILURES =====\nE assert\n1 failed in 0.1s\n"
    assert failures_of(outcome(tmp_path / "log", 1, text, failed=1)).startswith("===== FAILURES")
    assert failures_of(outcome(tmp_path / "log", 139, "Segmentation fault")) == "Segmentation fault"


@pytest.mark.parametrize(("status", "counts", "ok"), [(0, 1, True), (5, 0, True), (5, 1, False), (1, 1, False)])
def test_no_tests_at_all_is_no_failure(tmp_path: Path, status: int, counts: int, ok: bool) -> None:
    log = tmp_path / "log"
    assert (outcome(log, status, failed=counts) if counts else outcome(log, status)).ok is ok
