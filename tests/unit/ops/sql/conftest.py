"""A deployment with a workgroup, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ops.__main__ import main
from ops.cloud import Cloud
from tests.unit.ops.deployment import REGION
from tests.unit.ops.sql.fakes import FakeAthena

OUTPUTS = {"aws_region": REGION, "athena_workgroup": "plant-work", "glue_database": "plant"}


@pytest.fixture
def athena(monkeypatch):
    fake = FakeAthena()
    monkeypatch.setattr(Cloud, "athena", fake)
    Path("cfn-outputs/flat-outputs.json").write_text(json.dumps(OUTPUTS))
    return fake


@pytest.fixture
def waits(monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    return waited


@pytest.fixture
def sql(capsys):
    def run(*arguments):
        status = main(["sql", *arguments])
        text = capsys.readouterr()
        return status, text.out, text.err

    return run
