"""The measurement of the detector: NAB's score and files, the plant, and what it reached."""

from __future__ import annotations

import csv
import json

import pytest

from bench.__main__ import main
from bench.detect import nab, plant
from bench.detect.cli import DATA, jittered, results_of
from bench.detect.nab import Labelled
from bench.detect.score import PROFILES, nab_score
from lambda_src.common.detection.detector import Detector

STANDARD, LOW_FP, LOW_FN = PROFILES


def labelled(readings=1000, windows=((500, 599),), name="a/one.csv"):
    seconds = [1_735_689_600.0 + 300.0 * index for index in range(readings)]
    return Labelled(name, [f"row {index}" for index in range(readings)], seconds, ["1"] * readings, list(windows))


def scores(found, readings=1000):
    return [found.get(index, 0.0) for index in range(readings)]


@pytest.fixture
def checkout(tmp_path):
    """Two files in NAB's layout; the second has no anomaly."""
    windows = {"real/steps.csv": [["2025-01-03 10:00:00.000000", "2025-01-03 12:00:00.000000"]], "art/flat.csv": []}
    for name in windows:
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True)
        rows = [
            f"2025-01-{1 + index // 288:02} {index % 288 // 12:02}:{index % 12 * 5:02}:00,"
            f"{10 + (index % 7) / 7 + (90 if 'steps' in name and index > 700 else 0)}"
            for index in range(1000)
        ]
        path.write_text("timestamp,value\n" + "\n".join(rows) + "\n")
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "combined_windows.json").write_text(json.dumps(windows))
    return tmp_path


def test_no_finding_scores_nothing():
    assert nab_score([(labelled(), scores({}))], STANDARD) == 0


def test_the_first_reading_of_a_window_scores_most():
    early, late = (nab_score([(labelled(), scores({at: 2.0}))], STANDARD) for at in (500, 599))
    assert early == pytest.approx(100)
    assert 50 < late < 60


def test_findings_outside_cost_what_the_profile_says():
    found = [(labelled(), scores({300: 3.0, 500: 2.0}))]
    assert nab_score(found, STANDARD) == pytest.approx(100 - 100 * 0.11 / 2)
    assert nab_score(found, LOW_FP) == pytest.approx(100 - 100 * 0.22 / 2)
    assert nab_score(found, LOW_FN) == pytest.approx(100 - 100 * 0.11 / 3)


def test_a_higher_threshold_leaves_weak_findings_out():
    assert nab_score([(labelled(), scores({300: 1.0, 500: 2.0}))], STANDARD) == pytest.approx(100)


def test_a_finding_soon_after_a_window_costs_less():
    near, far = (nab_score([(labelled(), scores({500: 1.0, at: 1.0}))], STANDARD) for at in (605, 950))
    assert near > far == pytest.approx(100 - 100 * 0.11 / 2)


def test_the_first_part_of_a_file_does_not_count():
    assert nab_score([(labelled(), scores({100: 9.0, 500: 1.0}))], STANDARD) == pytest.approx(100)


def test_results_are_written_as_nab_reads_them(checkout, tmp_path, capsys):
    out = tmp_path / "results"
    picture = tmp_path / "picture.png"
    options = ["--nab", str(checkout), "--nab-out", str(out), "--plot", str(picture), "--jitters", "1", "--rates"]
    assert main(["detect", *options]) == 0
    rows = list(csv.DictReader((out / "learned" / "real" / "learned_steps.csv").open()))
    assert list(rows[0]) == ["timestamp", "value", "anomaly_score", "label"]
    assert len(rows) == 1000
    assert rows[0]["timestamp"] == "2025-01-01 00:00:00"
    assert sum(row["label"] == "1" for row in rows) == 25
    assert 0.5 < max(float(row["anomaly_score"]) for row in rows) < 1
    flat = list(csv.DictReader((out / "learned" / "art" / "learned_flat.csv").open()))
    assert {(row["anomaly_score"], row["label"]) for row in flat} == {("0.0", "0")}
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert "the same findings" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["--nab", "nowhere"], ["--nab-out", "results"], ["--data", "nowhere", "--plot", "picture.png"]],
)
def test_what_cannot_be_measured_is_one_line(arguments, capsys):
    assert main(["detect", *arguments]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_jittered_constants_differ_and_repeat():
    assert jittered(1) == jittered(1) != jittered(2)


def test_a_healthy_plant_has_a_quiet_first_day():
    assert plant.healthy(Detector(), 300.0, series=6, days=3).first_day == 0


def test_the_faults_of_the_plant_are_found():
    found = plant.found_faults(Detector(), 60.0)
    assert found["planned fault of the plant"] == plant.SERIES
    assert found["shift of 5 sigma"] >= 19
    assert found["spike of 20 sigma"] >= 18
    assert found["stuck"] >= 20


def test_full_hours_of_a_healthy_plant_find_nothing():
    """At fast sampling the jump between the levels of two hours was a change."""
    assert plant.healthy(Detector(), 10.0, series=6, days=7).a_day <= 0.05


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the files of NAB are not in {DATA}")
def test_seven_files_of_nab_score_with_a_margin():
    results = results_of(nab.read_folder(DATA))
    assert len(results) == 7
    assert nab_score(results, STANDARD) > 42
    assert nab_score(results, LOW_FP) > 38
