"""``python -m bench formats`` reads what it measures."""

from __future__ import annotations

import re

from bench import formats


def test_each_message_is_read_and_timed(capsys):
    assert formats.main(["--rounds", "1"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + len(formats.MESSAGES)
    assert all(re.search(r" \d+\.\d µs", line) for line in lines)


def test_a_message_that_is_not_read_fails(capsys, monkeypatch):
    monkeypatch.setitem(formats.MESSAGES, "kepware", {"values": []})

    assert formats.main(["--rounds", "1"]) == 1
    assert "kepware: the message was not read" in capsys.readouterr().out
