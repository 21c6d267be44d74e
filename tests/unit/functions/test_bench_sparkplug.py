"""``python -m bench sparkplug`` reads what it measures."""

from __future__ import annotations

import re

from bench import sparkplug


def test_every_metric_is_read_and_timed(capsys):
    assert sparkplug.main(["--rounds", "1"]) == 0
    assert re.fullmatch(r"one metric by its alias +\d+\.\d\d µs  of 8\n", capsys.readouterr().out)


def test_a_metric_that_is_not_read_fails(capsys, monkeypatch):
    birth, _ = sparkplug._messages()
    monkeypatch.setattr(sparkplug, "_messages", lambda: [birth, b""])

    assert sparkplug.main(["--rounds", "1"]) == 1
    assert "0 of 100 metrics were read" in capsys.readouterr().out
