"""A deployment with an archive and a replay function, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from moto import mock_aws

from ops.__main__ import main
from ops.cloud import Cloud
from tests.unit.ops.deployment import REGION
from tests.unit.ops.replay.archives import LAKE, RAW, Archive
from tests.unit.ops.replay.functions import FakeFunction

OUTPUTS = {"aws_region": REGION, "lake_bucket": LAKE, "raw_bucket": RAW, "replay_function": "iot-replay"}


@pytest.fixture(autouse=True)
def outputs():
    """Writes the outputs' file, with changes; None takes one out."""

    def write(**changes):
        values = {name: value for name, value in (OUTPUTS | changes).items() if value is not None}
        Path("cfn-outputs/flat-outputs.json").write_text(json.dumps(values))

    write()
    return write


@pytest.fixture
def archive():
    with mock_aws():
        yield Archive()


@pytest.fixture
def function(monkeypatch):
    fake = FakeFunction()
    monkeypatch.setattr(Cloud, "functions", fake)
    return fake


@pytest.fixture
def waits(monkeypatch):
    """The seconds that were waited, none of them in truth."""
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture
def replay(capsys):
    """Runs the command over three days around New Year; gives its status, standard output and standard error."""

    def run(*options, start="2025-12-31", end="2026-01-03"):
        status = main(["replay", "--from", start, "--to", end, *map(str, options)])
        text = capsys.readouterr()
        return status, text.out, text.err

    return run
