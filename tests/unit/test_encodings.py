"""Every command works whatever the terminal's encoding is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVERY_HELP = """
import argparse, contextlib, sys
import bench.__main__, local.__main__, ops.__main__
from ops.encoding import write_in_any_encoding

def leaves(parser, words):
    found = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    for action in found:
        for name, child in action.choices.items():
            yield from leaves(child, [*words, name])
    yield words

commands = list(leaves(ops.__main__.build_parser(), []))
for words in commands:
    with contextlib.suppress(SystemExit):
        ops.__main__.main([*words, "--help"])
for words in (["--help"], ["run", "--help"]):
    with contextlib.suppress(SystemExit):
        local.__main__.main(words)
for name in bench.__main__.BENCHES:
    with contextlib.suppress(SystemExit):
        bench.__main__.main([name, "--help"])
bench.__main__.main([])
print(len(commands), "commands of ops")
"""
PREFLIGHT = """
import sys
import boto3
from tests.unit.ops.test_preflight import CLOSED, FakeAws
from ops.__main__ import main
boto3.client = FakeAws(timestream_write_list_databases=CLOSED).client
sys.exit(main(["preflight", "--environment", "prod"]))
"""
LEDGER = """
from rich.console import Console
from local.view.ledger import print_ledger
from ops.encoding import write_in_any_encoding
from tests.unit.local.test_accounts import report
write_in_any_encoding()
print_ledger(report(), {"apply": 1.0}, Console(width=100))
"""
TEXT = """
import sys
from ops.encoding import write_in_any_encoding
from ops.printing import as_json
write_in_any_encoding()
print("Zürich → 5 °C …", "\\ud800")
print(as_json({"note": "Zürich ✓"}))
print("Zürich ✗", file=sys.stderr)
"""


def python(encoding: str, script: str) -> subprocess.CompletedProcess[str]:
    """The script in a process of its own whose terminal has this encoding, strictly."""
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        encoding=encoding.partition(":")[0],
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_every_help_text_is_printed(encoding: str) -> None:
    done = python(encoding, EVERY_HELP)
    assert done.returncode == 0, done.stderr
    count, _, _ = done.stdout.splitlines()[-1].partition(" ")
    assert int(count) > 20
    assert "Traceback" not in done.stderr


def test_preflight_says_in_words_what_marks_say() -> None:
    done = python("ascii", PREFLIGHT)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "ok credentials"
    assert [line for line in lines if line.startswith("failed Timestream: closed")]


def test_a_runs_ledger_is_printed() -> None:
    done = python("ascii", LEDGER)
    assert done.returncode == 0, done.stderr
    assert "Every reading is accounted for." in done.stdout


@pytest.mark.parametrize(
    ("encoding", "lines", "error"),
    [
        ("ascii", ["Z\\xfcrich -> 5 C ... \\ud800", "{", '  "note": "Z\\u00fcrich \\u2713"', "}"], "Z\\xfcrich failed"),
        ("latin-1", ["Zürich -> 5 °C ... \\ud800", "{", '  "note": "Z\\u00fcrich \\u2713"', "}"], "Zürich failed"),
        ("utf-8", ["Zürich → 5 °C … \\ud800", "{", '  "note": "Zürich ✓"', "}"], "Zürich ✗"),
    ],
)
def test_text_is_kept_as_far_as_the_encoding_has_it(encoding: str, lines: list[str], error: str) -> None:
    done = python(encoding, TEXT)
    assert (done.returncode, done.stdout.splitlines(), done.stderr.strip()) == (0, lines, error)
