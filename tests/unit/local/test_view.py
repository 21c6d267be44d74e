"""What a person or a log sees of a run."""

from __future__ import annotations

import io

from rich.console import Console

from local.ledger.account import account
from local.view.board import Board
from local.view.ledger import print_ledger
from local.view.live import LiveView
from local.view.plain import PlainView
from tests.unit.local.test_accounts import SENT, STORED, report


def test_headless_output_is_a_plain_line_a_phase() -> None:
    board, out = Board("manufacturing: 20 machines"), io.StringIO()
    with PlainView(board, out):
        with board.phase("synth"):
            pass
        board.say("alert: press-1 temperature 120 critical (signed)")
    lines = out.getvalue().splitlines()
    assert lines[0] == "manufacturing: 20 machines"
    assert lines[1].startswith("Synthesize the plan: done in 0.")
    assert lines[2] == "alert: press-1 temperature 120 critical (signed)"
    assert "\x1b" not in out.getvalue()


def test_a_status_tells_rate_and_counts_by_store() -> None:
    board = Board("run", to_send=4000, sent=1000, rate=199.7, stores={"timestream": 900}, alerts=2)
    assert board.status() is None
    with board.phase("stream"):
        assert board.status() == "Stream readings: 0 s · sent 1,000 of 4,000 (200/s) · timestream 900 · alerts 2"


def test_a_failing_phase_is_marked_as_such() -> None:
    told: list[str] = []
    board = Board("run", log=told.append)
    try:
        with board.phase("apply"):
            raise ValueError
    except ValueError:
        pass
    assert told == ["Apply the plan: failed after 0.0 s"]


def test_the_live_picture_fits_a_hundred_columns() -> None:
    board, out = Board("run", to_send=10, sent=5, stores={"s3_processed": 5}), io.StringIO()
    board.say("x" * 500)
    # Without control codes, so that the picture can be measured.
    console = Console(width=120, file=out, color_system=None)
    with LiveView(board, console), board.phase("apply") as progress:
        progress(3, 90)
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) == 100
    assert any("s3_processed" in line for line in lines)


def ledger(**changes: object) -> str:
    out = io.StringIO()
    print_ledger(report(**changes), {"synth": 1.0}, Console(width=100, file=out, color_system=None))
    return out.getvalue()


def test_the_ledger_says_that_all_is_accounted_for() -> None:
    text = ledger()
    assert "Timestream (history)" in text
    assert "Every reading is accounted for." in text


def test_the_ledger_names_what_is_missing() -> None:
    text = ledger(stores=[account("timestream", SENT, STORED[1:])])
    assert "NOT every reading is accounted for." in text
    assert "missing press-1 temperature 0 = 0.0" in text
