"""Presence from its schedule to its alerts, on moto."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError

from lambda_src.common.aws import clients
from lambda_src.presence.handler import handle
from lambda_src.presence.settings import PresenceSettings
from tests.unit.functions.factories import lambda_context
from tests.unit.functions.presence.factories import TABLE, put, status


@pytest.fixture
def deployment(devices, monkeypatch):
    settings = PresenceSettings(
        environment_suffix="test",
        devices_table=TABLE,
        alerts_topic_arn=clients.sns().create_topic(Name="alerts")["TopicArn"],
        alert_signing_secret_arn=clients.secretsmanager().create_secret(Name="signing")["ARN"],
    )
    for name, value in settings.to_env().items():
        monkeypatch.setenv(name, value)


def test_a_run_announces_and_counts(deployment, capsys):
    put(heard_ms=int(time.time() * 1000) - 301_000)
    put("press-2", heard_ms=int(time.time() * 1000) - 200_000)

    handle({}, lambda_context())

    assert (status(), status("press-2")) == ("OFFLINE", "NORMAL")
    output = capsys.readouterr().out
    metrics = next(json.loads(line) for line in output.splitlines() if '"_aws"' in line)
    assert (metrics["Environment"], metrics["service"]) == ("test", "presence")
    counts = {name: value[0] for name, value in metrics.items() if isinstance(value, list)}
    assert counts == {"DevicesOffline": 1, "UnsignedAlerts": 1}
    assert "alerts were published unsigned" in output


def test_a_run_without_time_says_so(deployment, capsys):
    handle({}, lambda_context(remaining_ms=0))

    assert "the time ran out" in capsys.readouterr().out


def test_a_missing_table_is_raised(deployment, monkeypatch):
    monkeypatch.setenv("DEVICES_TABLE", "gone")

    with pytest.raises(ClientError, match="ResourceNotFound"):
        handle({}, lambda_context())
