"""The transformation from Firehose's event to its answer."""

from __future__ import annotations

import json

import pytest

from lambda_src.archive_transform import handler
from lambda_src.archive_transform.settings import ArchiveTransformSettings
from lambda_src.common.settings import SettingsError
from tests.unit.functions.factories import body, lambda_context
from tests.unit.functions.firehose_events import element, envelope, event


@pytest.fixture
def settings(monkeypatch):
    handler.wire.cache_clear()
    for name, value in ArchiveTransformSettings(environment_suffix="test").to_env().items():
        monkeypatch.setenv(name, value)
    yield
    handler.wire.cache_clear()


def test_the_handler_answers_and_counts(settings, capsys):
    answer = handler.handle(event(body(), b"garbage", envelope(element(), element("humidity"))), lambda_context())

    assert [each["result"] for each in answer["records"]] == ["Ok", "ProcessingFailed", "Ok"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (metrics,) = [line for line in lines if "_aws" in line]
    assert (metrics["ReadingsArchived"], metrics["RecordsRefused"]) == ([3.0], [1.0])
    assert (metrics["Environment"], metrics["service"]) == ("test", "archive-transform")
    assert "garbage" not in json.dumps(lines)


def test_the_handler_names_partitions_where_the_deployment_has_them(settings, monkeypatch):
    monkeypatch.setenv("PARTITION_BY_SENSOR_TYPE", "true")

    (answer,) = handler.handle(event(body()), lambda_context())["records"]

    assert answer["metadata"]["partitionKeys"] == {"sensor_type": "temperature"}


def test_without_its_settings_it_fails_loudly(monkeypatch):
    handler.wire.cache_clear()
    monkeypatch.delenv("ENVIRONMENT_SUFFIX", raising=False)

    with pytest.raises(SettingsError, match="ENVIRONMENT_SUFFIX"):
        handler.handle(event(body()), lambda_context())
