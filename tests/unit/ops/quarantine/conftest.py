"""A deployment with a quarantine, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from moto import mock_aws

from ops.__main__ import main
from tests.unit.ops.deployment import REGION
from tests.unit.ops.quarantine.plant import BUCKET, STREAM, Plant

OUTPUTS = {"aws_region": REGION, "quarantine_bucket": BUCKET, "stream_name": STREAM}


@pytest.fixture
def outputs():
    def write(**changes):
        Path("cfn-outputs/flat-outputs.json").write_text(json.dumps(OUTPUTS | changes))

    return write


@pytest.fixture
def plant(outputs):
    outputs()
    with mock_aws():
        yield Plant()


@pytest.fixture
def waits(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture
def quarantine(capsys):
    def run(*arguments):
        status = main(["quarantine", *map(str, arguments)])
        text = capsys.readouterr()
        return status, text.out, text.err

    return run
