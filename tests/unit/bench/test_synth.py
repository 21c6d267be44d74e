"""The measurement of synthesis runs each way in processes of its own, and says how they compare."""

from __future__ import annotations

import re

import pytest

from bench import synth
from bench.__main__ import main

SLOWER = """
import os, sys, time
assert sys.argv[1] == "factory-floor"
time.sleep(0.3 if os.environ["PIPELINE_FULL_BINDINGS"] == "1" else 0.0)
"""


def test_both_ways_are_measured_and_compared(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(synth, "SYNTHESIS", SLOWER)

    status = main(["synth", "--runs", "2", "--preset", "factory-floor"])

    lazy, ordinary, ratio = capsys.readouterr().out.splitlines()
    seconds = [float(re.findall(r"[\d.]+", line.partition(":")[2])[0]) for line in (lazy, ordinary)]
    assert status == 0
    assert (lazy.split(":")[0].strip(), ordinary.split(":")[0].strip()) == ("lazy", "ordinary")
    assert "2 runs" in lazy
    assert seconds[1] > 0.3 > seconds[0] > 0
    assert 0 < float(ratio.partition(":")[2]) < 1


def test_a_failed_synthesis_ends_the_measurement_with_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synth, "SYNTHESIS", "raise SystemExit(3)")
    assert main(["synth", "--runs", "1"]) == 3


@pytest.mark.parametrize("arguments", [["--runs", "0"], ["--preset", "none"]])
def test_an_invalid_option_is_status_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["synth", *arguments])
