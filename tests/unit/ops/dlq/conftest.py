"""The commands against a deployment on moto."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from moto import mock_aws

from ops import put_records
from ops.__main__ import main
from ops.dlq import queue
from tests.unit.ops.deployment import REGION
from tests.unit.ops.dlq.plant import BUCKET, STREAM, Plant


@pytest.fixture
def plant(monkeypatch):
    """Every part of a deployment with a stream; `outputs` may take some away again."""
    monkeypatch.setattr(queue, "WAIT_SECONDS", 0)
    monkeypatch.setattr(put_records, "ROUND_SECONDS", 0)
    monkeypatch.setattr(put_records, "ROUNDS", 2)
    with mock_aws():
        plant = Plant()
        write_outputs(plant)
        yield plant


def write_outputs(plant, *without):
    """The deployment's outputs but for those."""
    outputs = {
        "aws_region": REGION,
        "stream_name": STREAM,
        "on_failure_bucket": BUCKET,
        "iot_topic_filter": "sensor/+/data",
        **plant.urls,
    }
    kept = {name: value for name, value in outputs.items() if name not in without}
    Path("cfn-outputs/flat-outputs.json").write_text(json.dumps(kept))


@pytest.fixture
def dlq(capsys):
    """Runs a command; gives its status, standard output and standard error."""

    def run(*arguments):
        status = main(["dlq", *map(str, arguments)])
        text = capsys.readouterr()
        return status, text.out, text.err

    return run
